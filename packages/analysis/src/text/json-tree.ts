import { LIMITS } from "@portcullis/policy";

/** A JSON value with where it stands: `start` is its first character, `end` is behind its last. */
export type JsonNode = TextNode | NumberNode | WordNode | ListNode | ObjectNode;

interface Placed {
  readonly start: number;
  readonly end: number;
}

export interface TextNode extends Placed {
  readonly type: "string";
  readonly value: string;
}

export interface NumberNode extends Placed {
  readonly type: "number";
  /** As it is written. */
  readonly value: string;
}

export interface WordNode extends Placed {
  readonly type: "boolean" | "null";
  readonly value: string;
}

export interface ListNode extends Placed {
  readonly type: "array";
  readonly items: readonly JsonNode[];
}

export interface ObjectNode extends Placed {
  readonly type: "object";
  readonly members: readonly Member[];
}

export interface Member {
  readonly key: TextNode;
  readonly value: JsonNode;
}

export type TreeResult =
  | { readonly ok: true; readonly root: JsonNode }
  /** Where the text stops being JSON. */
  | { readonly ok: false; readonly offset: number; readonly message: string };

/** Reads JSON as `JSON.parse` does (RFC 8259), in time linear in the text. Never throws. */
export function readTree(text: string): TreeResult {
  const reader: Reader = { text, at: 0, fault: undefined };
  skipSpace(reader);
  const root = readValue(reader, 0);
  skipSpace(reader);
  if (root !== undefined && reader.at < text.length)
    fail(reader, reader.at, "The document ends before this character.");
  if (root === undefined || reader.fault !== undefined) {
    const fault = reader.fault ?? { offset: reader.at, message: "A value is expected." };
    return { ok: false, ...fault };
  }
  return { ok: true, root };
}

interface Reader {
  readonly text: string;
  at: number;
  fault: { readonly offset: number; readonly message: string } | undefined;
}

function fail(reader: Reader, offset: number, message: string): undefined {
  reader.fault ??= { offset: Math.min(offset, reader.text.length), message };
  return undefined;
}

function skipSpace(reader: Reader): void {
  const { text } = reader;
  for (;;) {
    const code = text.charCodeAt(reader.at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    reader.at++;
  }
}

function readValue(reader: Reader, depth: number): JsonNode | undefined {
  if (depth > LIMITS.nesting) return fail(reader, reader.at, "The document is nested too deeply.");
  const character = reader.text.charAt(reader.at);
  switch (character) {
    case '"':
      return readText(reader);
    case "{":
      return readObject(reader, depth);
    case "[":
      return readList(reader, depth);
    case "t":
      return readWord(reader, "true");
    case "f":
      return readWord(reader, "false");
    case "n":
      return readWord(reader, "null");
    case "":
      return fail(reader, reader.at, "The document is not complete: a value is expected.");
    default:
      return readNumber(reader);
  }
}

function readWord(reader: Reader, word: "true" | "false" | "null"): WordNode | undefined {
  const start = reader.at;
  if (!reader.text.startsWith(word, start)) return fail(reader, start, "A value is expected.");
  reader.at += word.length;
  return { type: word === "null" ? "null" : "boolean", value: word, start, end: reader.at };
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function readNumber(reader: Reader): NumberNode | undefined {
  const start = reader.at;
  NUMBER.lastIndex = start;
  const found = NUMBER.exec(reader.text)?.[0];
  if (found === undefined) return fail(reader, start, "A value is expected.");
  reader.at += found.length;
  return { type: "number", value: found, start, end: reader.at };
}

function readText(reader: Reader): TextNode | undefined {
  const { text } = reader;
  const start = reader.at;
  let escaped = false;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      reader.at = at + 1;
      const value = escaped
        ? String(JSON.parse(text.slice(start, at + 1)))
        : text.slice(start + 1, at);
      return { type: "string", value, start, end: at + 1 };
    }
    if (code < 32) return fail(reader, at, "A control character must be written as an escape.");
    if (code !== 92) continue;
    escaped = true;
    const length = escapeLength(text, at);
    if (length === 0) return fail(reader, at, "This escape is not valid.");
    at += length - 1;
  }
  return fail(reader, start, "The text is not closed.");
}

function escapeLength(text: string, at: number): number {
  if ('"\\/bfnrt'.includes(text.charAt(at + 1)) && at + 1 < text.length) return 2;
  return /^u[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 6)) ? 6 : 0;
}

function readList(reader: Reader, depth: number): ListNode | undefined {
  const start = reader.at;
  const items: JsonNode[] = [];
  const closed = readItems(reader, "]", () => {
    const item = readValue(reader, depth + 1);
    if (item !== undefined) items.push(item);
    return item !== undefined;
  });
  return closed ? { type: "array", items, start, end: reader.at } : undefined;
}

function readObject(reader: Reader, depth: number): ObjectNode | undefined {
  const start = reader.at;
  const members: Member[] = [];
  const closed = readItems(reader, "}", () => {
    if (reader.text.charAt(reader.at) !== '"') {
      fail(reader, reader.at, "A name in double quotes is expected.");
      return false;
    }
    const key = readText(reader);
    if (key === undefined) return false;
    skipSpace(reader);
    if (reader.text.charAt(reader.at) !== ":") {
      fail(reader, reader.at, "A colon is expected.");
      return false;
    }
    reader.at++;
    skipSpace(reader);
    const value = readValue(reader, depth + 1);
    if (value !== undefined) members.push({ key, value });
    return value !== undefined;
  });
  return closed ? { type: "object", members, start, end: reader.at } : undefined;
}

/** What stands between brackets, separated by commas. */
function readItems(reader: Reader, close: string, readItem: () => boolean): boolean {
  reader.at++;
  skipSpace(reader);
  if (reader.text.charAt(reader.at) === close) {
    reader.at++;
    return true;
  }
  for (;;) {
    if (!readItem()) return false;
    skipSpace(reader);
    const character = reader.text.charAt(reader.at);
    if (character !== "," && character !== close) {
      fail(reader, reader.at, `A comma or "${close}" is expected.`);
      return false;
    }
    reader.at++;
    if (character === close) return true;
    skipSpace(reader);
  }
}
