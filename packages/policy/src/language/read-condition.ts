import { parseOperatorName } from "../condition/operator.ts";
import type { ConditionEntry } from "../model/policy.ts";
import { isList, isObject, type Json, type JsonObject } from "./json.ts";
import { addProblem, type Report } from "./problem.ts";

/** Reads a Condition block, and reports its problems. */
export function readCondition(
  block: Json,
  path: string,
  report: Report,
): readonly ConditionEntry[] {
  if (!isObject(block) || block.repeated.length > 0) {
    addProblem(report, "syntax", path);
    return [];
  }
  const entries: ConditionEntry[] = [];
  for (const [operator, keys] of block.members)
    readOperator(operator, keys, `${path}.${operator}`, entries, report);
  return entries;
}

function readOperator(
  name: string,
  keys: Json,
  path: string,
  entries: ConditionEntry[],
  report: Report,
): void {
  // AWS accepts an operator without keys, whatever its name.
  if (isObject(keys) && keys.members.size === 0) return;
  const known = parseOperatorName(name);
  if (!isObject(keys) || hasRepeatedKeys(keys)) {
    addProblem(report, "syntax", path);
    return;
  }
  if (known === undefined) {
    addProblem(report, "operator", path, name);
    return;
  }
  for (const [key, written] of keys.members) {
    const keyPath = `${path}.${key}`;
    const values = readValues(written);
    if (values === undefined) addProblem(report, "syntax", keyPath);
    else if (!values.every(known.operator.accepts)) addProblem(report, "legacy", keyPath);
    else entries.push({ operator: name, key, values });
  }
}

/**
 * Whether two keys differ in case only, which names the same key (IAM
 * UG/reference_policies_elements_condition).
 */
function hasRepeatedKeys(keys: JsonObject): boolean {
  if (keys.repeated.length > 0) return true;
  if (keys.members.size === 1) return false;
  return new Set([...keys.members.keys()].map((key) => key.toLowerCase())).size < keys.members.size;
}

function readValues(written: Json): readonly string[] | undefined {
  const values: string[] = [];
  for (const value of isList(written) ? written : [written]) {
    const text = scalarText(value);
    if (text === undefined) return undefined;
    values.push(text);
  }
  return values;
}

function scalarText(value: Json): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  return value !== null && "number" in value ? value.number : undefined;
}
