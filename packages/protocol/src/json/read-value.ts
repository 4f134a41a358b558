import { Malformed } from "../message/malformed.ts";
import type { Input } from "../message/wire.ts";
import type { Kind, Shape, Structure } from "../schema/shape.ts";

/** The JSON object of a request's body. An empty body is an empty object. @throws {Malformed} */
export function parseObject(text: string): object {
  if (text === "") return {};
  try {
    return objectOf(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Malformed("SerializationException", "request body is not JSON");
  }
}

/**
 * The members of a structure. A null member is absent.
 * @param skipUnknown whether unknown members of this structure, but not of those in it, are ignored
 * @throws {Malformed}
 */
export function readJsonMembers(structure: Structure, value: object, skipUnknown = false): Input {
  const input: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const shape = structure.members.get(name);
    if (shape === undefined) {
      if (skipUnknown) continue;
      const owner = structure.name.replace(/^.*#/, "");
      throw new Malformed(
        "SerializationException",
        `\`${name.slice(0, 256)}\` is not a member of ${owner}`,
      );
    }
    if (member !== null) input[name] = read(member, shape);
  }
  if (structure.union === true && Object.keys(input).length !== 1)
    throw new Malformed("SerializationException", "exactly one member of a union must be present");
  return input;
}

type Read = (value: unknown, shape: Shape) => unknown;

const readers: Readonly<Record<Kind, Read>> = {
  string(value) {
    if (typeof value === "string") return value;
    throw misfit(value, "a String");
  },
  number(value) {
    if (Number.isSafeInteger(value)) return value;
    throw misfit(value, "an Integer");
  },
  boolean(value) {
    if (typeof value === "boolean") return value;
    throw misfit(value, "a Boolean");
  },
  timestamp(value, shape) {
    const isText = shape.kind === "timestamp" && shape.format === "date-time";
    const time = isText ? dateTime(value) : epochSeconds(value);
    if (time !== undefined && !Number.isNaN(time.getTime())) return time;
    throw misfit(value, "a Timestamp");
  },
  blob(value) {
    if (
      typeof value === "string" &&
      value.length % 4 === 0 &&
      /^[A-Za-z0-9+/]*={0,2}$/.test(value)
    ) {
      return new Uint8Array(Buffer.from(value, "base64"));
    }
    throw misfit(value, "a Blob");
  },
  list(value, shape) {
    if (shape.kind !== "list" || !Array.isArray(value)) throw misfit(value, "a List");
    return value.map((member) => read(present(member), shape.member));
  },
  map(value, shape) {
    if (shape.kind !== "map") throw misfit(value, "a Map");
    const entries = Object.entries(objectOf(value));
    if (entries.some(([key]) => key === "__proto__"))
      throw new Malformed("SerializationException", "key `__proto__` is not allowed");
    return Object.fromEntries(entries.map(([key, of]) => [key, read(present(of), shape.value)]));
  },
  structure(value, shape) {
    if (shape.kind !== "structure") throw misfit(value, "a Structure");
    return readJsonMembers(shape, objectOf(value));
  },
};

const read: Read = (value, shape) => readers[shape.kind](value, shape);

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
/** The time of an RFC 3339 text, such as 2019-11-01T12:00:00Z. Undefined if it is none. */
export function dateTime(value: unknown): Date | undefined {
  return typeof value === "string" && DATE_TIME.test(value) ? new Date(value) : undefined;
}
const epochSeconds = (value: unknown): Date | undefined =>
  typeof value === "number" ? new Date(value * 1000) : undefined;

function objectOf(value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Malformed("SerializationException", "Start of structure or map expected");
}

// A null element is not dropped: a list of session policies must not become an empty one.
function present(value: unknown): unknown {
  if (value !== null) return value;
  throw new Malformed("SerializationException", "a list or map must not contain null");
}

// AWS names the JSON token: `NUMBER_VALUE can not be converted to a String`.
function misfit(value: unknown, expected: string): Malformed {
  if (Array.isArray(value))
    return new Malformed("SerializationException", "Start of list found where not expected");
  if (typeof value === "object") {
    return new Malformed(
      "SerializationException",
      "Start of structure or map found where not expected.",
    );
  }
  return new Malformed(
    "SerializationException",
    `${tokenOf(value)}_VALUE can not be converted to ${expected}`,
  );
}

function tokenOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return typeof value === "number" ? "NUMBER" : "STRING";
}
