import type { Kind, Shape, Structure } from "../schema/shape.ts";

/** An XML element that contains text. */
export function element(name: string, text: string): string {
  return `<${name}>${escapeText(text)}</${name}>`;
}

/**
 * The members of a structure as XML elements, in the order of the model, without undefined ones.
 */
export function writeMembers(structure: Structure, value: object): string {
  let xml = "";
  if (!isObject(value)) throw misfit(value);
  for (const [name, shape] of structure.members) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member !== undefined && member !== null)
      xml += `<${name}>${write(member, shape)}</${name}>`;
  }
  return xml;
}

type Write = (value: unknown, shape: Shape) => string;

const writers: Readonly<Record<Kind, Write>> = {
  string: (value) => escapeText(expect(value, typeof value === "string")),
  number: (value) => String(expect(value, typeof value === "number")),
  boolean: (value) => String(expect(value, typeof value === "boolean")),
  // Whole seconds, truncated, as AWS writes them.
  timestamp(value) {
    if (!(value instanceof Date)) throw misfit(value);
    return `${value.toISOString().slice(0, 19)}Z`;
  },
  blob(value) {
    if (!(value instanceof Uint8Array)) throw misfit(value);
    return Buffer.from(value).toString("base64");
  },
  list(value, shape) {
    if (shape.kind !== "list" || !Array.isArray(value)) throw misfit(value);
    return value.map((member) => `<member>${write(member, shape.member)}</member>`).join("");
  },
  map(value, shape) {
    if (shape.kind !== "map" || !isObject(value)) throw misfit(value);
    return Object.entries(value)
      .map(
        ([key, of]) =>
          `<entry>${element("key", key)}<value>${write(of, shape.value)}</value></entry>`,
      )
      .join("");
  },
  structure(value, shape) {
    if (shape.kind !== "structure" || !isObject(value)) throw misfit(value);
    return writeMembers(shape, value);
  },
};

const write: Write = (value, shape) => writers[shape.kind](value, shape);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function expect(value: unknown, fits: boolean): string {
  if (!fits) throw misfit(value);
  return String(value);
}

// An operation whose output does not fit its schema is a bug of ours.
const misfit = (value: unknown) =>
  new TypeError(`a ${typeof value} does not fit the operation's output`);

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // A parser turns a bare CR into LF (XML 1.0, 2.11).
  "\r": "&#xD;",
};

// XML 1.0, 2.2: control characters and lone surrogates are not allowed, even escaped. They become
// U+FFFD.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern is about control characters
const SPECIAL = /[&<>"'\r\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;

/** Most texts have no other characters, and are found by this in a fraction of the time. */
const PLAIN = /^[\t\n !#-%(-;=?-~]*$/;

function escapeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? "\uFFFD");
}
