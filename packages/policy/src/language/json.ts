import { LIMITS } from "../model/limits.ts";

/**
 * A JSON value as the document spells it: numbers as text, and members in a Map, so that no name is
 * special.
 */
export type Json = string | boolean | null | JsonNumber | readonly Json[] | JsonObject;

/** A number, by its text. */
export interface JsonNumber {
  readonly number: string;
}

/** An object, and where it is in the text. */
export interface JsonObject {
  readonly members: ReadonlyMap<string, Json>;
  /** Names that occur again. `members` has the first of each. */
  readonly repeated: readonly string[];
  /** Index of `{`, and the index after `}`. */
  readonly start: number;
  readonly end: number;
}

/** A value, or where the text is not JSON. */
export type JsonResult =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly path: string };

/**
 * Reads a text in time linear in its length. `path` says where it is not JSON or exceeds `LIMITS`.
 */
export function readJson(text: string): JsonResult {
  if (text.length > LIMITS.documentCharacters) return { ok: false, path: "document" };
  try {
    // Checks the syntax, so that the reader below need not.
    JSON.parse(text);
    return { ok: true, value: readValue({ text, at: 0 }, 0) };
  } catch (error) {
    if (error instanceof SyntaxError) {
      const position = /line \d+ column \d+/.exec(error.message);
      return { ok: false, path: position?.[0] ?? "document" };
    }
    if (error instanceof RangeError) return { ok: false, path: "document" };
    throw error;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

function readValue(reader: Reader, depth: number): Json {
  if (depth > LIMITS.nesting) throw new RangeError("nested too deeply");
  switch (peek(reader)) {
    case 34:
      return readString(reader);
    case 123:
      return readObject(reader, depth);
    case 91:
      return readArray(reader, depth);
    case 116:
      reader.at += 4;
      return true;
    case 102:
      reader.at += 5;
      return false;
    case 110:
      reader.at += 4;
      return null;
    default:
      return readNumber(reader);
  }
}

function readObject(reader: Reader, depth: number): JsonObject {
  const start = reader.at;
  const members = new Map<string, Json>();
  let repeated: string[] | undefined;
  reader.at++;
  while (peek(reader) !== 125) {
    const name = readString(reader);
    peek(reader);
    reader.at++;
    const value = readValue(reader, depth + 1);
    if (members.has(name)) {
      repeated ??= [];
      repeated.push(name);
    } else members.set(name, value);
    if (peek(reader) === 44) reader.at++;
  }
  reader.at++;
  return { members, repeated: repeated ?? NONE, start, end: reader.at };
}

const NONE: readonly string[] = [];

function readArray(reader: Reader, depth: number): readonly Json[] {
  const items: Json[] = [];
  reader.at++;
  while (peek(reader) !== 93) {
    items.push(readValue(reader, depth + 1));
    if (peek(reader) === 44) reader.at++;
  }
  reader.at++;
  return items;
}

function readString(reader: Reader): string {
  peek(reader);
  const { text } = reader;
  const start = reader.at;
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  reader.at = end + 1;
  const content = text.slice(start + 1, end);
  return content.includes("\\") ? String(JSON.parse(text.slice(start, end + 1))) : content;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === 92) first--;
  return (at - first) % 2 === 1;
}

function readNumber(reader: Reader): JsonNumber {
  const start = reader.at;
  while (/[-+.0-9eE]/.test(reader.text.charAt(reader.at))) reader.at++;
  return { number: reader.text.slice(start, reader.at) };
}

/** The code of the next character that is not white space. */
function peek(reader: Reader): number {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at);
    if (code > 32 || Number.isNaN(code)) return code;
    reader.at++;
  }
}

/** Whether a value is an object. */
export function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && "members" in value;
}

/** Whether a value is a list. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** A text or a list of texts as a list. Undefined for anything else. */
export function textsOf(value: Json): readonly string[] | undefined {
  if (typeof value === "string") return [value];
  return isList(value) && value.every((item) => typeof item === "string") ? value : undefined;
}
