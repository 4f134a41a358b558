import { createReadStream, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { InputFault } from "@portcullis/testing/input-fault";

const POLL_MILLISECONDS = 200;

/** The lines of standard input, as they come. */
export function linesOfInput(): AsyncIterable<string> {
  return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
}

/**
 * The lines of a file. Followed, it goes on with what is appended, and begins again with a file that
 * became shorter or took its place, as rotation does.
 * @throws {InputFault} if there is no such file
 */
export async function* linesOf(path: string, follow: boolean): AsyncIterable<string> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new InputFault(`${path} can't be read: there is no such file.`);
  let position = 0;
  let file = statSync(path).ino;
  let rest = "";
  do {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now !== undefined && (now.ino !== file || now.size < position)) {
      position = 0;
      rest = "";
      file = now.ino;
    }
    if (now !== undefined && now.size > position) {
      const stream = createReadStream(path, { start: position, end: now.size - 1 });
      const decoder = new TextDecoder();
      for await (const bytes of stream) {
        position += bytes.length;
        const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        yield* lines;
      }
      rest += decoder.decode();
    } else if (follow) await wait(POLL_MILLISECONDS);
  } while (follow);
  if (rest !== "") yield rest;
}
