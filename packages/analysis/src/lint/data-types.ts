import type { JsonNode } from "@portcullis/policy";
import type { CheckRule } from "./check.ts";
import {
  type Found,
  itemsOf,
  type LintDocument,
  type LocatedNode,
  membersOf,
  SCALARS,
} from "./document.ts";

/** Checks of JSON types. */
export const TYPE_CHECKS: readonly CheckRule[] = [
  {
    title: "Data type mismatch",
    type: "ERROR",
    find: findWrongTypes,
  },
];

type JsonType = JsonNode["type"];

function* findWrongTypes({ root, elements, statements }: LintDocument): Generator<Found> {
  yield* wrongTypes([root], "object");
  yield* wrongTypes([elements.get("Version"), elements.get("Id")], "string");
  yield* wrongTypes(itemsOf(elements.get("Statement")), "object");
  for (const { elements: own } of statements) {
    yield* wrongTypes([own.get("Sid"), own.get("Effect")], "string");
    for (const name of ["Action", "NotAction", "Resource", "NotResource"])
      yield* wrongTypes(itemsOf(own.get(name)), "string");
    const condition = own.get("Condition");
    yield* wrongTypes([condition], "object");
    for (const { value: keys } of membersOf(condition)) {
      yield* wrongTypes([keys], "object");
      for (const { value } of membersOf(keys)) yield* wrongTypes(itemsOf(value), "string", SCALARS);
    }
  }
}

/** Those that are not of a type, nor of one that is taken for it. */
function* wrongTypes(
  nodes: readonly (LocatedNode | undefined)[],
  type: JsonType,
  accepted: readonly JsonType[] = [type],
): Generator<Found> {
  const details = `The text does not match the expected JSON data type ${type}.`;
  for (const at of nodes)
    if (at !== undefined && !accepted.includes(at.node.type)) yield { at, details };
}
