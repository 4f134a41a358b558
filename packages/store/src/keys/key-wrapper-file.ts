import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type KeyWrapper, memoryKeyWrapper } from "./key-wrapper.ts";

const KEY_BYTES = 32;

/**
 * A wrapper whose master key is a file of 32 bytes with mode 0600, created at first use. For one
 * machine: the file and the table together give every secret.
 * @throws {Error} if the file is not a master key
 */
export async function fileKeyWrapper(path: string): Promise<KeyWrapper> {
  return memoryKeyWrapper((await readKey(path)) ?? (await createKey(path)));
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

/** Writes a temporary file and links it to the path, which fails if another process came first. */
async function createKey(path: string): Promise<Uint8Array> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString("hex")}`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(randomBytes(KEY_BYTES));
    // Only this key opens what the table will hold, so it must survive a power failure.
    await file.sync();
    await link(temporary, path).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
  const key = await readKey(path);
  if (!key) throw new Error(`${path} vanished while it was made`);
  return key;
}
