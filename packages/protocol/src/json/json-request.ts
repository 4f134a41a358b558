import { type Input, Malformed, textOf, type WireRequest } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import type { Kind, Shape, Structure } from "../schema/shape.ts";

/**
 * The operation and input of a request in AWS's JSON 1.1 protocol
 * (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html). Unknown members are ignored; null is absent.
 * @throws {Malformed}
 */
export function readJsonRequest(
  service: Service,
  target: string,
  request: WireRequest,
): { operation: Operation; input: Input } {
  const prefix = `${target}.`;
  const name = request.target?.startsWith(prefix) ? request.target.slice(prefix.length) : undefined;
  const operation = name === undefined ? undefined : service.operations.get(name);
  if (operation === undefined) throw new Malformed("UnknownOperationException", "");
  const body = parse(textOf(request.body));
  return {
    operation,
    input: operation.input === undefined ? {} : readMembers(operation.input, body),
  };
}

function parse(text: string): object {
  if (text === "") return {};
  try {
    return objectIn(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Malformed("SerializationException", "request body is not JSON");
  }
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
  timestamp(value) {
    const time = typeof value === "number" ? new Date(value * 1000) : undefined;
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
    return value.filter((member) => member !== null).map((member) => read(member, shape.member));
  },
  map(value, shape) {
    if (shape.kind !== "map") throw misfit(value, "a Map");
    const entries = Object.entries(objectIn(value)).filter(([, of]) => of !== null);
    if (entries.some(([key]) => key === "__proto__"))
      throw new Malformed("SerializationException", "key `__proto__` is not allowed");
    return Object.fromEntries(entries.map(([key, of]) => [key, read(of, shape.value)]));
  },
  structure(value, shape) {
    if (shape.kind !== "structure") throw misfit(value, "a Structure");
    return readMembers(shape, objectIn(value));
  },
};

const read: Read = (value, shape) => readers[shape.kind](value, shape);

function readMembers(structure: Structure, value: object): Input {
  const input: Record<string, unknown> = {};
  const members = new Map<string, unknown>(Object.entries(value));
  for (const [name, shape] of structure.members) {
    const member = members.get(name);
    if (member !== undefined && member !== null) input[name] = read(member, shape);
  }
  return input;
}

function objectIn(value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Malformed("SerializationException", "Start of structure or map expected");
}

// AWS names the JSON token that it met: `NUMBER_VALUE can not be converted to a String`.
function misfit(value: unknown, expected: string): Malformed {
  if (Array.isArray(value))
    return new Malformed("SerializationException", "Start of list found where not expected");
  if (typeof value === "object") {
    return new Malformed(
      "SerializationException",
      "Start of structure or map found where not expected.",
    );
  }
  const token =
    typeof value === "boolean"
      ? value
        ? "TRUE"
        : "FALSE"
      : typeof value === "number"
        ? "NUMBER"
        : "STRING";
  return new Malformed(
    "SerializationException",
    `${token}_VALUE can not be converted to ${expected}`,
  );
}
