import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InputFault } from "@portcullis/testing/input-fault";

/** A request's body, whose hash is known before it is sent. */
export interface CallBody {
  readonly length: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
  stream(): Readable;
}

/**
 * The body in `--data` or `--data-file`. A file is read twice, so that a large one need not be in
 * memory; standard input (`-`) is read whole.
 * @throws {InputFault} if the file can't be read
 */
export async function bodyOf(
  text: string | undefined,
  file: string | undefined,
): Promise<CallBody | undefined> {
  if (text !== undefined && file !== undefined)
    throw new InputFault("Give either --data or --data-file, not both.");
  if (text !== undefined) return inMemory(Buffer.from(text));
  if (file === undefined) return undefined;
  if (file === "-") return inMemory(readFileSync(0));
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new InputFault(`${file} can't be read: there is no such file.`);
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return {
    length: statSync(file).size,
    sha256: hash.digest("hex"),
    stream: () => createReadStream(file),
  };
}

const inMemory = (bytes: Buffer): CallBody => ({
  length: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  stream: () => Readable.from([bytes], { objectMode: false }),
});
