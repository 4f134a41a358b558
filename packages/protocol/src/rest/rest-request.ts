import { parseObject, readJsonMembers } from "../json/read-value.ts";
import { MAX_JSON_BYTES, textOf } from "../message/body.ts";
import { Malformed } from "../message/malformed.ts";
import type { Input, WireRequest } from "../message/wire.ts";
import type { Operation, Service } from "../schema/service.ts";
import type { Binding, Structure } from "../schema/shape.ts";
import { boundValue } from "./bound-value.ts";
import { readQueryString } from "./query-string.ts";
import { type Routed, routeOf } from "./route.ts";

/**
 * The operation and input of a request in AWS's REST JSON protocol
 * (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html): members from the path's
 * labels, the query string, headers and the JSON body, as the schema binds them.
 * @throws {Malformed}
 */
export function readRestRequest(
  service: Service,
  request: WireRequest,
): { operation: Operation; input: Input } {
  const routed = routeOf(service, request.method ?? "", request.path ?? "");
  if (routed === undefined) throw new Malformed("UnknownOperationException", "", 404);
  const { operation } = routed;
  const body = parseObject(textOf(request.body, MAX_JSON_BYTES));
  const { input } = operation;
  if (input === undefined) return { operation, input: {} };
  return {
    operation,
    input: {
      ...readJsonMembers(bodyOf(input), body, operation.ignoresUnknown),
      ...boundMembers(input, request, routed),
    },
  };
}

/** The structure without the members that are not in the body. */
function bodyOf(structure: Structure): Structure {
  const members = [...structure.members].filter(([name]) => structure.bindings?.has(name) !== true);
  return { kind: "structure", name: structure.name, members: new Map(members) };
}

function boundMembers(
  input: Structure,
  request: WireRequest,
  { operation, labels }: Routed,
): Input {
  const members: Record<string, unknown> = {};
  const query = readQueryString(textOf(request.query ?? ""));
  const known = new Set<string>();
  for (const [name, binding] of input.bindings ?? []) {
    const shape = input.members.get(name);
    if (shape === undefined) throw new TypeError(`\`${input.name}\` binds an unknown \`${name}\``);
    if (binding.in === "query") known.add(binding.name);
    const texts = textsOf(binding, name, { query, labels, header: request.header });
    if (texts !== undefined) members[name] = boundValue(texts, shape, name);
  }
  if (!operation.ignoresUnknown) refuseUnknown(query, known, operation);
  return members;
}

function textsOf(
  binding: Binding,
  member: string,
  {
    query,
    labels,
    header,
  }: Pick<Routed, "labels"> & {
    readonly query: ReadonlyMap<string, readonly string[]>;
    readonly header: WireRequest["header"];
  },
): readonly string[] | undefined {
  if (binding.in === "query") return query.get(binding.name);
  const text = binding.in === "label" ? labels.get(member) : header?.(binding.name);
  return text === undefined ? undefined : [text];
}

function refuseUnknown(
  query: ReadonlyMap<string, unknown>,
  known: ReadonlySet<string>,
  { name }: Operation,
): void {
  for (const parameter of query.keys()) {
    if (known.has(parameter) || parameter === "" || /^x-amz-/i.test(parameter)) continue;
    throw new Malformed(
      "ValidationException",
      `\`${parameter.slice(0, 256)}\` is not a parameter of ${name}`,
    );
  }
}
