import { parseOperatorName } from "../condition/operator.ts";
import type { ConditionEntry } from "../model/policy.ts";
import { isList, isObject, type Json, type JsonObject } from "./json.ts";
import { note, type Report } from "./malformed.ts";

/** Reads a Condition block; what is wrong with it is noted. */
export function readCondition(
  block: Json,
  path: string,
  report: Report,
): readonly ConditionEntry[] {
  if (!isObject(block) || block.repeated.length > 0) {
    note(report, "syntax", path);
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
  // An operator without keys says nothing, whatever its name.
  if (isObject(keys) && keys.members.size === 0) return;
  const known = parseOperatorName(name);
  if (!isObject(keys) || known === undefined || hasRepeatedKeys(keys)) {
    note(report, "syntax", path);
    return;
  }
  for (const [key, written] of keys.members) {
    const keyPath = `${path}.${key}`;
    const values = readValues(written);
    if (values === undefined) note(report, "syntax", keyPath);
    else if (!values.every(known.operator.accepts)) note(report, "legacy", keyPath);
    else entries.push({ operator: name, key, values });
  }
}

/** Key names are the same in any case (IAM UG/reference_policies_elements_condition). */
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
