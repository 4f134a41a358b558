import { createHmac, type Hmac, timingSafeEqual } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { type FileHandle, link, open, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { LocalError } from "../engine/index.ts";
import { type ExportKey, type ExportKeys, openExportKey } from "./export-key.ts";

/**
 * An export is a file of JSON lines: this header, the items, and a last line with their number and
 * a MAC over everything before it. A file that was cut off, or changed by a person who does not
 * know the passphrase, is refused before anything is written.
 */
export interface ExportHeader {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly account: string;
  /** The management account of the installation that it comes from. */
  readonly managementAccount: string;
  readonly organizationId?: string;
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly key: ExportKey;
}

/** A record, or counters. Secrets in a record are sealed under the export's own key. */
export type ExportedItem = { readonly partition: string; readonly sort: string } & (
  | { readonly data: unknown; readonly expiresAt?: number }
  | { readonly counters: Readonly<Record<string, number>> }
);

interface LastLine {
  readonly items: number;
  readonly mac: string;
}

export const FORMAT = "portcullis-account";
export const VERSION = 1;
const WRITE_BYTES = 1024 * 1024;

/** An export in progress, in a temporary file: no reader finds half of one. */
export interface ExportFile {
  /** Writes all items, replacing those of an earlier call. @returns the number of items */
  write(items: AsyncIterable<ExportedItem>): Promise<number>;
  /** Moves the file to its final name. @throws {LocalError} if there is such a file */
  publish(): Promise<void>;
  /** Removes the temporary file. Call it in every case. */
  close(): Promise<void>;
}

/** Begins an export. @throws {LocalError} if the file exists */
export async function createExportFile(
  path: string,
  what: { readonly header: ExportHeader; readonly keys: ExportKeys },
): Promise<ExportFile> {
  refuseExisting(path);
  const aside = `${path}.${process.pid}.partial`;
  const file = await open(aside, "w", 0o600);
  return {
    async write(items) {
      await file.truncate(0);
      return writeLines(file, what, items);
    },
    async publish() {
      await file.sync();
      // Unlike a rename, a link never replaces a file that was created in the meantime.
      await link(aside, path).catch((error: unknown) => {
        refuseExisting(path);
        throw error;
      });
    },
    async close() {
      await file.close();
      await rm(aside, { force: true });
    },
  };
}

async function writeLines(
  file: FileHandle,
  { header, keys }: { readonly header: ExportHeader; readonly keys: ExportKeys },
  items: AsyncIterable<ExportedItem>,
): Promise<number> {
  const mac = createHmac("sha256", keys.macKey);
  let pending = "";
  let position = 0;
  const put = async (text: string) => {
    const bytes = Buffer.from(text);
    await file.write(bytes, 0, bytes.length, position);
    position += bytes.length;
  };
  const flush = async () => {
    mac.update(pending);
    await put(pending);
    pending = "";
  };
  let count = 0;
  pending += line(header);
  for await (const item of items) {
    count++;
    pending += line(item);
    if (pending.length > WRITE_BYTES) await flush();
  }
  await flush();
  const last: LastLine = { items: count, mac: mac.digest("base64url") };
  await put(line(last));
  return count;
}

export interface OpenedExport {
  readonly header: ExportHeader;
  readonly keys: ExportKeys;
  /** The MAC, which identifies this export. */
  readonly mac: string;
  items(): AsyncGenerator<ExportedItem, void, undefined>;
}

/**
 * Reads the whole file once, to verify that it is complete and authentic.
 * @throws {LocalError} if it is not
 */
export async function openExport(path: string, passphrase: string): Promise<OpenedExport> {
  if (!existsSync(path)) throw new LocalError(`There is no file ${path}.`);
  let header: ExportHeader | undefined;
  let keys: ExportKeys | undefined;
  let mac: Hmac | undefined;
  let previous: string | undefined;
  let lines = 0;
  for await (const text of linesOf(path)) {
    lines++;
    if (previous === undefined) {
      header = headerOf(text, path);
      keys = await openExportKey(header.key, passphrase);
      mac = createHmac("sha256", keys.macKey);
    } else mac?.update(`${previous}\n`);
    previous = text;
  }
  const last = lastLineOf(previous);
  if (header === undefined || keys === undefined || mac === undefined) throw notAnExport(path);
  if (last === undefined || last.items !== lines - 2)
    throw new LocalError(`The export ${path} is not whole: its end is missing.`);
  const expected = mac.digest();
  const given = Buffer.from(last.mac, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new LocalError(`The export ${path} was changed after it was made.`);
  return { header, keys, mac: last.mac, items: () => itemsOf(path, last.items) };
}

async function* itemsOf(
  path: string,
  count: number,
): AsyncGenerator<ExportedItem, void, undefined> {
  let number = 0;
  for await (const text of linesOf(path)) {
    if (number > 0 && number <= count) yield JSON.parse(text);
    number++;
  }
}

const linesOf = (path: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });

function headerOf(text: string, path: string): ExportHeader {
  const header = parse(text);
  if (!isObject(header) || header.format !== FORMAT) throw notAnExport(path);
  if (header.version !== VERSION) {
    throw new LocalError(
      `The export ${path} is of version ${String(header.version)}; this program reads version ${VERSION}.`,
    );
  }
  if (!isHeader(header)) throw notAnExport(path);
  return header;
}

function isHeader(
  header: Record<string, unknown>,
): header is Record<string, unknown> & ExportHeader {
  const { account, managementAccount, exportedAt, key } = header;
  const isKey =
    isObject(key) &&
    [key.N, key.r, key.p].every(Number.isSafeInteger) &&
    typeof key.salt === "string";
  return (
    [account, managementAccount, exportedAt].every((field) => typeof field === "string") && isKey
  );
}

function lastLineOf(text: string | undefined): LastLine | undefined {
  const last = text === undefined ? undefined : parse(text);
  if (!isObject(last) || typeof last.mac !== "string" || typeof last.items !== "number")
    return undefined;
  return { mac: last.mac, items: last.items };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refuseExisting(path: string): void {
  if (existsSync(path))
    throw new LocalError(`The file ${path} is there already: choose another name.`);
}

const notAnExport = (path: string) =>
  new LocalError(`The file ${path} is not an export of an account.`);

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
