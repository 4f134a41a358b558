import type { JsonNode } from "@portcullis/policy";
import type { CheckRule } from "./check.ts";
import { type Found, itemsOf, type LintDocument, type LocatedNode, memberAt } from "./document.ts";
import type { PathStep } from "./finding.ts";

/** Checks of JSON types. */
export const TYPE_CHECKS: readonly CheckRule[] = [
  {
    title: "Data type mismatch",
    type: "ERROR",
    find: findWrongTypes,
  },
];

function* findWrongTypes({ root, members, statements }: LintDocument): Generator<Found> {
  const wrong = (at: LocatedNode, type: string): Found => ({
    at,
    details: `The text does not match the expected JSON data type ${type}.`,
  });
  if (root.type !== "object") yield wrong({ node: root, path: [] }, "object");
  for (const name of ["Version", "Id"]) {
    const value = members.get(name)?.value;
    if (value !== undefined && value.type !== "string")
      yield wrong(memberAt([], name, value), "string");
  }
  for (const item of itemsOf(members.get("Statement")?.value, [{ key: "Statement" }]))
    if (item.node.type !== "object") yield wrong(item, "object");
  for (const { members: own, path } of statements) {
    for (const name of ["Sid", "Effect"]) {
      const value = own.get(name)?.value;
      if (value !== undefined && value.type !== "string")
        yield wrong(memberAt(path, name, value), "string");
    }
    for (const name of ["Action", "NotAction", "Resource", "NotResource"]) {
      for (const item of itemsOf(own.get(name)?.value, [...path, { key: name }])) {
        if (item.node.type !== "string") yield wrong(item, "string");
      }
    }
    const condition = own.get("Condition")?.value;
    if (condition === undefined) continue;
    if (condition.type !== "object") yield wrong(memberAt(path, "Condition", condition), "object");
    else {
      for (const { key, value } of condition.members) {
        const at = [...path, { key: "Condition" }, { key: key.value }];
        if (value.type !== "object") yield wrong({ node: value, path: at }, "object");
        else yield* wrongValues(value.members, at, wrong);
      }
    }
  }
}

function* wrongValues(
  members: readonly { readonly key: { readonly value: string }; readonly value: JsonNode }[],
  path: readonly PathStep[],
  wrong: (at: LocatedNode, type: string) => Found,
): Generator<Found> {
  for (const { key, value } of members) {
    for (const item of itemsOf(value, [...path, { key: key.value }])) {
      const { type } = item.node;
      if (type === "array" || type === "object" || type === "null") yield wrong(item, "string");
    }
  }
}
