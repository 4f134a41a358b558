import { LIMITS } from "../model/limits.ts";

/** A range of a text, in UTF-16 code units. `end` is the offset after the last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A JSON value of a document, with its range in the text. */
export type JsonNode = JsonText | JsonWord | JsonList | JsonRecord;

/** A string. Its range includes the quotes. */
export interface JsonText extends Span {
  readonly type: "string";
  readonly value: string;
}

/** A value that is one word. `value` is as the document spells it. */
export interface JsonWord extends Span {
  readonly type: "number" | "boolean" | "null";
  readonly value: string;
}

/** An array. After a fault it may have the items before the fault only. */
export interface JsonList extends Span {
  readonly type: "array";
  readonly items: readonly JsonNode[];
  readonly isClosed: boolean;
}

/** An object, repeated members included. After a fault, as `JsonList`. */
export interface JsonRecord extends Span {
  readonly type: "object";
  readonly members: readonly JsonMember[];
  readonly isClosed: boolean;
}

export interface JsonMember {
  readonly key: JsonText;
  readonly value: JsonNode;
}

/** Where and why a text is not JSON. */
export interface JsonFault {
  readonly span: Span;
  readonly reason: string;
}

export interface JsonTree {
  /** Of a text that is not JSON, what was read before the fault. */
  readonly root: JsonNode | undefined;
  /** Undefined: the text is JSON. */
  readonly fault: JsonFault | undefined;
}

/**
 * Reads JSON (RFC 8259) with the range of each value, or to the exact position where it is not
 * JSON. Never throws. Takes time linear in the text. `LIMITS.nesting` holds.
 */
export function readJsonTree(text: string): JsonTree {
  const reader: Reader = { text, at: 0, fault: undefined };
  const root = readValue(reader, 0);
  if (reader.fault === undefined && peek(reader) !== "")
    fail(reader, reader.at, "The document has ended before this.");
  return { root, fault: reader.fault };
}

interface Reader {
  readonly text: string;
  at: number;
  fault: JsonFault | undefined;
}

/** Records the first fault. Undefined, as every read that fails. */
function fail(reader: Reader, start: number, reason: string): undefined {
  const end = Math.min(reader.text.length, start + 1);
  reader.fault ??= { span: { start, end }, reason };
  return undefined;
}

/** Skips white space. The next character, or the empty string at the end. */
function peek(reader: Reader): string {
  for (;;) {
    const character = reader.text.charAt(reader.at);
    if (character !== " " && character !== "\n" && character !== "\r" && character !== "\t")
      return character;
    reader.at++;
  }
}

/** Skips white space and then the character. False if another one follows. */
function skipIf(reader: Reader, character: string): boolean {
  if (peek(reader) !== character) return false;
  reader.at++;
  return true;
}

function readValue(reader: Reader, depth: number): JsonNode | undefined {
  const first = peek(reader);
  if (depth > LIMITS.nesting) return fail(reader, reader.at, "The document is nested too deeply.");
  if (first === '"') return readText(reader);
  if (first === "{") return readRecord(reader, depth);
  if (first === "[") return readList(reader, depth);
  return readWord(reader);
}

function readList(reader: Reader, depth: number): JsonList {
  const start = reader.at++;
  const items: JsonNode[] = [];
  const isClosed = readItems(reader, "]", "a closing bracket", () => {
    const item = readValue(reader, depth + 1);
    if (item !== undefined) items.push(item);
  });
  return { type: "array", items, isClosed, start, end: reader.at };
}

function readRecord(reader: Reader, depth: number): JsonRecord {
  const start = reader.at++;
  const members: JsonMember[] = [];
  const isClosed = readItems(reader, "}", "a closing brace", () => {
    const first = peek(reader);
    if (first !== '"') return fail(reader, reader.at, expectedName(first));
    const key = readText(reader);
    if (key === undefined) return;
    if (!skipIf(reader, ":"))
      return fail(reader, reader.at, "A colon must follow a member's name.");
    const value = readValue(reader, depth + 1);
    if (value !== undefined) members.push({ key, value });
  });
  return { type: "object", members, isClosed, start, end: reader.at };
}

/** Reads items up to the closing character. False at a fault. */
function readItems(reader: Reader, close: string, name: string, readItem: () => void): boolean {
  if (skipIf(reader, close)) return true;
  for (;;) {
    readItem();
    if (reader.fault !== undefined) return false;
    if (skipIf(reader, close)) return true;
    if (!skipIf(reader, ",")) {
      fail(reader, reader.at, `A comma or ${name} is missing before this.`);
      return false;
    }
  }
}

function expectedName(character: string): string {
  if (character === "}") return "A comma must be followed by another member.";
  return character === "'"
    ? "Names have double quotes."
    : "A name in double quotes is missing here.";
}

const ESCAPE = /["\\/bfnrt]|u[0-9A-Fa-f]{4}/y;

function readText(reader: Reader): JsonText | undefined {
  const { text } = reader;
  const start = reader.at;
  let isEscaped = false;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      const end = at + 1;
      reader.at = end;
      const inner = text.slice(start + 1, at);
      const value = isEscaped ? String(JSON.parse(text.slice(start, end))) : inner;
      return { type: "string", value, start, end };
    }
    if (code < 32)
      return fail(reader, at, "A string may contain this character as an escape only.");
    if (code !== 92) continue;
    isEscaped = true;
    ESCAPE.lastIndex = at + 1;
    const found = ESCAPE.exec(text);
    if (found === null) return fail(reader, at, "There is no such escape.");
    at += found[0].length;
  }
  return fail(reader, start, "The quotes that open here are not closed.");
}

const WORD = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

function readWord(reader: Reader): JsonWord | undefined {
  const { text, at: start } = reader;
  WORD.lastIndex = start;
  const value = WORD.exec(text)?.[0];
  if (value === undefined) return fail(reader, start, expectedValue(reader));
  reader.at += value.length;
  const type = value === "null" ? "null" : /^[tf]/.test(value) ? "boolean" : "number";
  return { type, value, start, end: reader.at };
}

function expectedValue({ text, at }: Reader): string {
  if (at >= text.length) return "The document ends before it is complete.";
  if (text[at] === "'") return "Strings need double quotes.";
  if (text[at] === "/") return "JSON has no comments.";
  return "A value is missing here: a string in double quotes, a list or an object.";
}
