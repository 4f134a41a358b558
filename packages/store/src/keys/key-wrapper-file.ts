import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type KeyWrapper, memoryKeyWrapper } from "./key-wrapper.ts";

const KEY_BYTES = 32;

/**
 * A wrapper whose master key is a file of 32 bytes that only its owner may read, made at first use. For one machine:
 * whoever has the file and the table has every secret.
 * @throws {Error} when there is a file that is no master key
 */
export async function fileKeyWrapper(path: string): Promise<KeyWrapper> {
  return memoryKeyWrapper((await readKey(path)) ?? (await makeKey(path)));
}

async function readKey(path: string): Promise<Uint8Array | undefined> {
  try {
    const key = await readFile(path);
    if (key.length !== KEY_BYTES)
      throw new Error(`${path} is not a master key: it has ${key.length} bytes, not ${KEY_BYTES}`);
    return key;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written aside, then linked into place, which fails when somebody else was first: nobody sees half a key, or two. */
async function makeKey(path: string): Promise<Uint8Array> {
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.${randomBytes(6).toString("hex")}`;
  const file = await open(aside, "wx", 0o600);
  try {
    await file.writeFile(randomBytes(KEY_BYTES));
    // The table will soon hold what only this key opens: it must not be lost in a power cut.
    await file.sync();
    await link(aside, path).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  } finally {
    await file.close();
    await rm(aside, { force: true });
  }
  const key = await readKey(path);
  if (!key) throw new Error(`${path} vanished while it was made`);
  return key;
}
