import type { Kind, Shape, Structure } from "../schema/shape.ts";

/** The members of a structure as JSON. Undefined and null members are absent. */
export function jsonMembers(structure: Structure, value: object): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  const members = new Map<string, unknown>(Object.entries(value));
  for (const [name, shape] of structure.members) {
    const member = members.get(name);
    if (member !== undefined && member !== null) json[name] = write(member, shape);
  }
  return json;
}

type Write = (value: unknown, shape: Shape) => unknown;

const unchanged: Write = (value) => value;

const writers: Readonly<Record<Kind, Write>> = {
  string: unchanged,
  number: unchanged,
  boolean: unchanged,
  // Epoch seconds with milliseconds, as AWS's JSON services write them, unless the schema differs.
  timestamp(value, shape) {
    if (!(value instanceof Date)) throw misfit(value);
    const isText = shape.kind === "timestamp" && shape.format === "date-time";
    return isText ? value.toISOString() : value.getTime() / 1000;
  },
  blob(value) {
    if (!(value instanceof Uint8Array)) throw misfit(value);
    return Buffer.from(value).toString("base64");
  },
  list(value, shape) {
    if (shape.kind !== "list" || !Array.isArray(value)) throw misfit(value);
    return value.map((member) => write(member, shape.member));
  },
  map(value, shape) {
    if (shape.kind !== "map" || !isObject(value)) throw misfit(value);
    return Object.fromEntries(
      Object.entries(value).map(([key, of]) => [key, write(of, shape.value)]),
    );
  },
  structure(value, shape) {
    if (shape.kind !== "structure" || !isObject(value)) throw misfit(value);
    return jsonMembers(shape, value);
  },
};

const write: Write = (value, shape) => writers[shape.kind](value, shape);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

// An operation whose output does not fit its schema is a bug of ours.
const misfit = (value: unknown) =>
  new TypeError(`a ${typeof value} does not fit the operation's output`);
