import { createHash, type Hash, randomUUID, timingSafeEqual } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

/** What is more than this is kept in a temporary file meanwhile. */
const MEMORY_BYTES = 1024 * 1024;

/** A body whose hash was compared. */
export interface CheckedBody {
  readonly length: number;
  /** The bytes, from the beginning with each call. */
  stream(): Readable;
  /** Removes what was kept. */
  discard(): Promise<void>;
}

export type BodyCheck =
  | { readonly ok: true; readonly body: CheckedBody }
  | { readonly ok: false; readonly fault: "mismatch" | "tooLarge" };

/**
 * Receives a body and compares its SHA-256. Nothing of it goes anywhere before. Of a large body
 * only one part is in memory at a time: the rest is in a file that has no name and vanishes with
 * the process.
 * @param expected in hexadecimal
 * @throws if the client ends the connection before the body's end, or the file can't be written
 */
export async function checkBody(
  source: AsyncIterable<Buffer>,
  expected: string,
  limitBytes: number,
): Promise<BodyCheck> {
  const hash = createHash("sha256");
  const parts: Buffer[] = [];
  let file: FileHandle | undefined;
  let length = 0;
  const discard = async () => {
    await file?.close();
    file = undefined;
  };
  try {
    for await (const part of source) {
      length += part.length;
      if (length > limitBytes) {
        await discard();
        return { ok: false, fault: "tooLarge" };
      }
      hash.update(part);
      if (length > MEMORY_BYTES && file === undefined) {
        file = await namelessFile();
        for (const earlier of parts.splice(0)) await file.appendFile(earlier);
      }
      if (file === undefined) parts.push(part);
      else await file.appendFile(part);
    }
  } catch (error) {
    await discard();
    throw error;
  }
  if (!isHash(hash, expected)) {
    await discard();
    return { ok: false, fault: "mismatch" };
  }
  const kept = file;
  const stream = () =>
    kept === undefined
      ? Readable.from(parts, { objectMode: false })
      : kept.createReadStream({ start: 0, autoClose: false });
  return { ok: true, body: { length, stream, discard } };
}

function isHash(hash: Hash, expected: string): boolean {
  const actual = hash.digest();
  const wanted = Buffer.from(expected, "hex");
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}

async function namelessFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `portcullis-body-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}
