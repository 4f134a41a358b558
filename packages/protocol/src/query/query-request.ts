import { textOf } from "../message/body.ts";
import { Malformed } from "../message/malformed.ts";
import type { Input, WireRequest } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import type { Kind, Shape, Structure } from "../schema/shape.ts";
import { readForm } from "./form.ts";
import { elementsOf, type Parameter, parameterTree, textAt } from "./parameter-tree.ts";

/**
 * The operation and input of a request in AWS's query protocol
 * (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html).
 *
 * INVARIANT: nothing within a structure is ignored. At the top, unknown parameters are ignored only
 * by operations that read (`readsOnly` in `services.ts`).
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
  return { operation, input: inputOf(operation, form) };
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

function inputOf(operation: Operation, form: ReadonlyMap<string, string>): Input {
  const known: [string, string][] = [];
  for (const [name, text] of form) {
    const [member = ""] = name.split(".", 1);
    if (operation.input?.members.has(member) === true) known.push([name, text]);
    else if (!operation.ignoresUnknown && !isOfProtocol(name)) throw unknown(name, operation.name);
  }
  if (operation.input === undefined) return {};
  return readMembers(operation.input, parameterTree(known), "");
}

/** Parameters that belong to the protocol or to a presigned query. `&=&` has an empty name. */
const isOfProtocol = (name: string): boolean =>
  name === "Action" || name === "Version" || name === "" || /^x-amz-/i.test(name);

const unknown = (name: string, owner: string) =>
  new Malformed("MalformedInput", `\`${name}\` is not a parameter of ${owner}`);

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
    return elementsOf(parameter, "member", path).map((element) =>
      read(element.parameter, shape.member, `${path}.member.${element.index}`),
    );
  },
  map(parameter, shape, path) {
    if (shape.kind !== "map") throw new TypeError(path);
    const entries = new Map<string, unknown>();
    for (const element of elementsOf(parameter, "entry", path)) {
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
    for (const name of parameter.parts.keys())
      if (!shape.members.has(name))
        throw unknown(`${path}.${name}`, shape.name.replace(/^.*#/, ""));
    return readMembers(shape, parameter, `${path}.`);
  },
};

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

const read: Read = (parameter, shape, path) => readers[shape.kind](parameter, shape, path);

function readMembers(structure: Structure, parameter: Parameter, prefix: string): Input {
  const input: Record<string, unknown> = {};
  for (const [name, shape] of structure.members) {
    const member = parameter.parts.get(name);
    if (member !== undefined) input[name] = read(member, shape, prefix + name);
  }
  return input;
}
