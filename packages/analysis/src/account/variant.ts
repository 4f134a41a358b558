import {
  type ConditionEntry,
  type Policy,
  parseOperatorName,
  type Statement,
} from "@portcullis/policy";
import { variableKeys } from "../text/variable-keys.ts";

/**
 * A policy as it reads when only some context keys are known. `certain` allows no more than the
 * policy does, whatever the unknown keys are; `possible` allows no less.
 */
export type Mode = "certain" | "possible";

/** Whether a context key, in lower case, is known: its value, or that it is absent. */
export type Known = (key: string) => boolean;

/**
 * The policy as it reads in a mode. Statements whose conditions or variables are unknown are
 * dropped, or taken to apply, as the mode wants.
 */
export function variantOf(policy: Policy, mode: Mode, known: Known): Policy {
  const variables = policy.version === "2012-10-17";
  const statements = policy.statements.flatMap((statement) =>
    variantStatement(
      statement,
      (statement.effect === "Allow") === (mode === "possible"),
      variables,
      known,
    ),
  );
  return { ...policy, statements };
}

/** `applies`: what is unknown is taken to apply. */
function variantStatement(
  statement: Statement,
  applies: boolean,
  variables: boolean,
  known: Known,
): readonly Statement[] {
  const isKnown = (entry: ConditionEntry) => keysOf(entry, variables).every(known);
  const condition = statement.condition.filter(isKnown);
  if (!applies && condition.length < statement.condition.length) return [];
  const { resource } = statement;
  if (resource === undefined || !variables) return [{ ...statement, condition }];
  // What a NotResource element excepts is taken to be less where the statement is to apply.
  const widen = applies === (resource.match === "only");
  const patterns = resource.patterns.flatMap((pattern) => {
    if (!pattern.includes("${")) return [pattern];
    if (variableKeys(pattern).every(known)) return [pattern];
    return widen ? [withoutVariables(pattern, known)] : [];
  });
  if (patterns.length > 0)
    return [{ ...statement, condition, resource: { ...resource, patterns } }];
  if (resource.match === "only") return [];
  return [{ ...statement, condition, resource: { match: "only", patterns: ["*"] } }];
}

function keysOf({ operator, key, values }: ConditionEntry, variables: boolean): readonly string[] {
  const expands = variables && parseOperatorName(operator)?.operator.variables === true;
  return [key.toLowerCase(), ...(expands ? values.flatMap(variableKeys) : [])];
}

function withoutVariables(pattern: string, known: Known): string {
  return pattern.replace(/\$\{[^}]*\}/g, (written) =>
    variableKeys(written).every(known) ? written : "*",
  );
}

/**
 * Context keys of a policy's conditions and variables for an action's statements that are not
 * known.
 */
export function unknownKeys(
  statements: readonly Statement[],
  variables: boolean,
  known: Known,
): readonly string[] {
  const keys = new Map<string, string>();
  for (const { condition, resource } of statements) {
    for (const entry of condition) {
      for (const key of keysOf(entry, variables))
        if (!known(key)) keys.set(key, key === entry.key.toLowerCase() ? entry.key : key);
    }
    if (!variables) continue;
    for (const pattern of resource?.patterns ?? [])
      for (const key of variableKeys(pattern)) if (!known(key)) keys.set(key, key);
  }
  return [...keys.values()];
}
