import type { PatternElement, Policy, PrincipalElement, Statement } from "../model/policy.ts";
import { INVALID_CHARACTER } from "./character.ts";

/** Prints a policy as a document that `parsePolicy` parses as the same policy. */
export function printPolicy(policy: Policy): string {
  const { version, id, statements } = policy;
  const json = JSON.stringify(
    { Version: version, Id: id, Statement: statements.map(toJson) },
    undefined,
    2,
  );
  return json.replace(INVALID_CHARACTERS, escaped);
}

/** Documents may contain them as escapes only. */
const INVALID_CHARACTERS = new RegExp(INVALID_CHARACTER, "g");

const escaped = (character: string) =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

function toJson(statement: Statement): object {
  const { sid, effect, principal, action, resource, condition } = statement;
  return Object.fromEntries([
    ["Sid", sid],
    ["Effect", effect],
    ...(principal === undefined ? [] : [[notName(principal, "Principal"), principals(principal)]]),
    [notName(action, "Action"), action.patterns],
    ...(resource === undefined ? [] : [[notName(resource, "Resource"), resource.patterns]]),
    ...(condition.length === 0 ? [] : [["Condition", conditions(condition)]]),
  ]);
}

function notName(element: PatternElement | PrincipalElement, name: string): string {
  return element.match === "only" ? name : `Not${name}`;
}

function principals({ everyone, names }: PrincipalElement): object | "*" {
  if (everyone && names.length === 0) return "*";
  const byType = new Map<string, string[]>(everyone ? [["AWS", ["*"]]] : []);
  for (const { type, value } of names) byType.set(type, [...(byType.get(type) ?? []), value]);
  return Object.fromEntries(byType);
}

// fromEntries defines own members, so that a key named `__proto__` is one like any other.
function conditions(entries: Statement["condition"]): object {
  const byOperator = new Map<string, [string, readonly string[]][]>();
  for (const { operator, key, values } of entries) {
    byOperator.set(operator, [...(byOperator.get(operator) ?? []), [key, values]]);
  }
  return Object.fromEntries(
    [...byOperator].map(([operator, keys]) => [operator, Object.fromEntries(keys)]),
  );
}
