import { type Input, Malformed, textOf, type WireRequest } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import type { Kind, Shape, Structure } from "../schema/shape.ts";
import { readForm } from "./form.ts";

/**
 * The operation and input of a request in AWS's query protocol
 * (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html). Parameters that the operation does not know are
 * ignored, as AWS does; a parameter that it knows but cannot read is never ignored.
 * @throws {Malformed}
 */
export function readQueryRequest(
  service: Service,
  request: WireRequest,
): { operation: Operation; input: Input } {
  const form = new Map<string, string>();
  readForm(textOf(request.query ?? ""), form);
  readForm(textOf(request.body), form);
  const operation = operationOf(service, form);
  return {
    operation,
    input: readMembers(operation.input, parameterTree(operation.input, form), ""),
  };
}

function operationOf(service: Service, form: ReadonlyMap<string, string>): Operation {
  const action = form.get("Action");
  if (action === undefined) {
    throw new Malformed(
      "MissingAction",
      "The request is missing an action or a required parameter.",
    );
  }
  const version = form.get("Version") ?? "NO_VERSION_SPECIFIED";
  const operation = version === service.version ? service.operations.get(action) : undefined;
  if (operation === undefined) {
    throw new Malformed(
      "InvalidAction",
      `Could not find operation ${action} for version ${version}`,
    );
  }
  return operation;
}

/** Parameters `Tags.member.1.Key=k` as a tree of their names' parts. */
interface Parameter {
  text?: string;
  readonly parts: Map<string, Parameter>;
}

function parameterTree(input: Structure | undefined, form: ReadonlyMap<string, string>): Parameter {
  const root: Parameter = { parts: new Map() };
  for (const [name, text] of form) {
    const path = name.split(".");
    if (input?.members.has(path[0] ?? "") !== true) continue;
    let at = root;
    for (const part of path) {
      const next: Parameter = at.parts.get(part) ?? { parts: new Map() };
      at.parts.set(part, next);
      at = next;
    }
    at.text = text;
  }
  return root;
}

type Read = (parameter: Parameter, shape: Shape, path: string) => unknown;

const readers: Readonly<Record<Kind, Read>> = {
  string: (parameter, _, path) => textAt(parameter, path),
  number(parameter, _, path) {
    const text = textAt(parameter, path);
    const number = Number(text);
    if (/^-?\d{1,16}$/.test(text) && Number.isSafeInteger(number)) return number;
    throw new Malformed("MalformedInput", `\`${path}\` must be an integer`);
  },
  boolean(parameter, _, path) {
    const text = textAt(parameter, path);
    if (text === "true" || text === "1") return true;
    if (text === "false" || text === "0") return false;
    throw new Malformed("MalformedInput", "boolean must follow xsd1.1 definition");
  },
  timestamp(parameter, _, path) {
    const text = textAt(parameter, path);
    const time = TIMESTAMP.test(text) ? new Date(text) : undefined;
    if (time !== undefined && !Number.isNaN(time.getTime())) return time;
    throw new Malformed(
      "MalformedInput",
      `\`${path}\` must be a timestamp such as 2011-12-19T23:16:46Z`,
    );
  },
  blob(parameter, _, path) {
    const text = textAt(parameter, path);
    if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text))
      return new Uint8Array(Buffer.from(text, "base64"));
    throw new Malformed("MalformedInput", `\`${path}\` must be base64`);
  },
  list(parameter, shape, path) {
    if (shape.kind !== "list") throw new TypeError(path);
    return elements(parameter, "member", path).map((element) =>
      read(element.parameter, shape.member, `${path}.member.${element.index}`),
    );
  },
  map(parameter, shape, path) {
    if (shape.kind !== "map") throw new TypeError(path);
    const entries = new Map<string, unknown>();
    for (const element of elements(parameter, "entry", path)) {
      const at = `${path}.entry.${element.index}`;
      const { key, value, ...others } = Object.fromEntries(element.parameter.parts);
      if (
        key === undefined ||
        value === undefined ||
        Object.keys(others).length > 0 ||
        element.parameter.text !== undefined
      ) {
        throw new Malformed("MalformedInput", `\`${at}\` must have a key and a value`);
      }
      const name = textAt(key, `${at}.key`);
      if (entries.has(name) || name === "__proto__") {
        throw new Malformed(
          "MalformedInput",
          `\`${at}.key\` is given more than once or not allowed`,
        );
      }
      entries.set(name, read(value, shape.value, `${at}.value`));
    }
    return Object.fromEntries(entries);
  },
  structure(parameter, shape, path) {
    if (shape.kind !== "structure") throw new TypeError(path);
    if (parameter.text !== undefined)
      throw new Malformed("MalformedInput", `\`${path}\` must be a structure`);
    return readMembers(shape, parameter, `${path}.`);
  },
};

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

const read: Read = (parameter, shape, path) => readers[shape.kind](parameter, shape, path);

function readMembers(
  structure: Structure | undefined,
  parameter: Parameter,
  prefix: string,
): Input {
  const input: Record<string, unknown> = {};
  for (const [name, shape] of structure?.members ?? []) {
    const member = parameter.parts.get(name);
    if (member !== undefined) input[name] = read(member, shape, prefix + name);
  }
  return input;
}

function textAt(parameter: Parameter, path: string): string {
  if (parameter.text !== undefined && parameter.parts.size === 0) return parameter.text;
  throw new Malformed("MalformedInput", `\`${path}\` must be a single value`);
}

// `Tags=` is an empty list; `Tags.member.<n>` are its members in the order of their numbers, which may have gaps.
function elements(
  parameter: Parameter,
  infix: string,
  path: string,
): { index: number; parameter: Parameter }[] {
  const { text, parts } = parameter;
  if (text === "" && parts.size === 0) return [];
  const numbered = parts.get(infix);
  if (
    text !== undefined ||
    parts.size > 1 ||
    numbered === undefined ||
    numbered.text !== undefined
  ) {
    throw new Malformed(
      "MalformedInput",
      `\`${path}\` must be a list, as in \`${path}.${infix}.1\``,
    );
  }
  const found = [...numbered.parts].map(([index, parameter]) => {
    if (!/^[1-9]\d{0,5}$/.test(index))
      throw new Malformed("MalformedInput", `\`${path}.${infix}.${index}\` is not a list index`);
    return { index: Number(index), parameter };
  });
  return found.sort((a, b) => a.index - b.index);
}
