import { LIMITS } from "../model/limits.ts";

/** A range of a text, in UTF-16 code units. `end` is the offset after the last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where an element of a document is. */
export interface ElementSpan {
  /** The element's name with its quotes. Undefined for items of lists. */
  readonly key: Span | undefined;
  readonly value: Span;
  /** The names of later members with the same name. The spans above are of the first. */
  readonly repeated: readonly Span[];
}

/** Where and why a text is not JSON. */
export interface JsonFault {
  readonly span: Span;
  readonly reason: string;
}

/** The elements of a document, by the paths that issues have. */
export interface DocumentSpans {
  /** `""` is the document, others are such as `Statement[2].Condition.StringEquals`. */
  readonly elements: ReadonlyMap<string, ElementSpan>;
  /** Undefined if the text is JSON. Otherwise `elements` are those that end before it. */
  readonly fault: JsonFault | undefined;
}

/**
 * Finds the elements of a document in its text, or the exact position where it is not JSON. Never
 * throws. Takes time linear in the text, for which `LIMITS` hold.
 */
export function documentSpans(text: string): DocumentSpans {
  const scanner: Scanner = { text, at: 0, elements: new Map(), fault: undefined };
  if (text.length > LIMITS.documentCharacters) fail(scanner, 0, "The document is too long.");
  else if (scanValue(scanner, "", undefined, 0)) {
    skipSpace(scanner);
    if (scanner.at < text.length) fail(scanner, scanner.at, "The document has ended before this.");
  }
  return { elements: scanner.elements, fault: scanner.fault };
}

interface MutableElementSpan extends ElementSpan {
  readonly value: { readonly start: number; end: number };
  readonly repeated: Span[];
}

interface Scanner {
  readonly text: string;
  at: number;
  readonly elements: Map<string, MutableElementSpan>;
  fault: JsonFault | undefined;
}

/** Records the fault. False, as every scan that fails. */
function fail(scanner: Scanner, start: number, reason: string): false {
  const end = Math.min(scanner.text.length, start + 1);
  scanner.fault ??= { span: { start, end }, reason };
  return false;
}

/** Scans a value and records its span. A repeated member is recorded with the first one. */
function scanValue(scanner: Scanner, path: string, key: Span | undefined, depth: number): boolean {
  skipSpace(scanner);
  const start = scanner.at;
  if (depth > LIMITS.nesting) return fail(scanner, start, "The document is nested too deeply.");
  const first = scanner.elements.get(path);
  if (first !== undefined) {
    if (key !== undefined) first.repeated.push(key);
    return scanInner(scanner, undefined, depth);
  }
  const element: MutableElementSpan = { key, value: { start, end: start }, repeated: [] };
  scanner.elements.set(path, element);
  if (!scanInner(scanner, path, depth)) {
    scanner.elements.delete(path);
    return false;
  }
  element.value.end = scanner.at;
  return true;
}

/** `path` is undefined within repeated members, whose elements have no path. */
function scanInner(scanner: Scanner, path: string | undefined, depth: number): boolean {
  switch (scanner.text[scanner.at]) {
    case "{":
      return scanMembers(scanner, path, depth);
    case "[":
      return scanItems(scanner, path, depth);
    case '"':
      return scanString(scanner);
    default:
      return scanWord(scanner);
  }
}

function scanMembers(scanner: Scanner, path: string | undefined, depth: number): boolean {
  scanner.at++;
  if (skipIf(scanner, "}")) return true;
  for (;;) {
    skipSpace(scanner);
    const start = scanner.at;
    if (scanner.text[start] !== '"') return fail(scanner, start, expectedName(scanner));
    if (!scanString(scanner)) return false;
    const key = { start, end: scanner.at };
    if (!skipIf(scanner, ":"))
      return fail(scanner, scanner.at, "A colon must follow a member's name.");
    const name = String(JSON.parse(scanner.text.slice(key.start, key.end)));
    const inner = path === undefined ? undefined : memberPath(path, name);
    if (!scanElement(scanner, inner, key, depth)) return false;
    if (skipIf(scanner, "}")) return true;
    if (!skipIf(scanner, ","))
      return fail(scanner, scanner.at, "A comma or a closing brace is missing before this.");
  }
}

/** Undefined for the empty name, whose path would be the document's. */
function memberPath(path: string, name: string): string | undefined {
  return path === "" ? name || undefined : `${path}.${name}`;
}

function scanItems(scanner: Scanner, path: string | undefined, depth: number): boolean {
  scanner.at++;
  if (skipIf(scanner, "]")) return true;
  for (let index = 0; ; index++) {
    const inner = path === undefined ? undefined : `${path}[${index}]`;
    if (!scanElement(scanner, inner, undefined, depth)) return false;
    if (skipIf(scanner, "]")) return true;
    if (!skipIf(scanner, ","))
      return fail(scanner, scanner.at, "A comma or a closing bracket is missing before this.");
  }
}

function scanElement(
  scanner: Scanner,
  path: string | undefined,
  key: Span | undefined,
  depth: number,
): boolean {
  if (path !== undefined) return scanValue(scanner, path, key, depth + 1);
  skipSpace(scanner);
  if (depth >= LIMITS.nesting)
    return fail(scanner, scanner.at, "The document is nested too deeply.");
  return scanInner(scanner, undefined, depth + 1);
}

function expectedName({ text, at }: Scanner): string {
  if (text[at] === "}") return "A comma must be followed by another member.";
  return text[at] === "'"
    ? "Names have double quotes."
    : "A name in double quotes is missing here.";
}

/** A string; its quotes included. */
function scanString(scanner: Scanner): boolean {
  const { text } = scanner;
  const start = scanner.at;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      scanner.at = at + 1;
      return true;
    }
    if (code < 32)
      return fail(scanner, at, "A string may contain this character as an escape only.");
    if (code !== 92) continue;
    const pattern = /["\\/bfnrt]|u[0-9A-Fa-f]{4}/y;
    pattern.lastIndex = at + 1;
    const found = pattern.exec(text);
    if (found === null) return fail(scanner, at, "There is no such escape.");
    at += found[0].length;
  }
  return fail(scanner, start, "The quotes that open here are not closed.");
}

/** A number, `true`, `false` or `null`. */
function scanWord(scanner: Scanner): boolean {
  const word = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
  word.lastIndex = scanner.at;
  const found = word.exec(scanner.text);
  if (found === null) return fail(scanner, scanner.at, expectedValue(scanner));
  scanner.at += found[0].length;
  return true;
}

function expectedValue({ text, at }: Scanner): string {
  if (at >= text.length) return "The document ends before it is complete.";
  if (text[at] === "'") return "Strings need double quotes.";
  if (text[at] === "/") return "JSON has no comments.";
  return "A value is missing here: a string in double quotes, a list or an object.";
}

/** Skips white space and then the character. False if another one follows. */
function skipIf(scanner: Scanner, character: string): boolean {
  skipSpace(scanner);
  if (scanner.text[scanner.at] !== character) return false;
  scanner.at++;
  return true;
}

function skipSpace(scanner: Scanner): void {
  while (/[ \t\n\r]/.test(scanner.text[scanner.at] ?? "")) scanner.at++;
}
