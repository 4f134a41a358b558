import { matchesWildcard, type Statement } from "@portcullis/policy";
import type { Entity } from "../account/directory.ts";
import { type Known, unknownKeys } from "../account/variant.ts";
import { resourceCodes } from "../pattern/codes.ts";
import { matches } from "../pattern/search.ts";
import { statementId } from "../statement/statements.ts";
import type { Grant } from "./answer.ts";
import { hasAction } from "./assume.ts";

/** Allow statements of an entity's identity policies that match an action and a resource. */
export function grantsOf(
  { policies }: Entity,
  action: string,
  resource: string,
  known: Known,
): { readonly grants: readonly Grant[]; readonly conditionKeys: readonly string[] } {
  const grants: Grant[] = [];
  const keys = new Set<string>();
  for (const { id, group, document } of policies) {
    const { policy } = document;
    if (policy === undefined) continue;
    const variables = policy.version === "2012-10-17";
    for (const [statementIndex, statement] of policy.statements.entries()) {
      if (!mentions(statement, action, resource, variables)) continue;
      for (const key of unknownKeys([statement], variables, known)) keys.add(key);
      if (statement.effect === "Deny") continue;
      const { sid } = statement;
      grants.push({
        policy: id,
        ...(group === undefined ? {} : { group }),
        statementIndex,
        ...statementId(sid),
      });
    }
  }
  return { grants, conditionKeys: [...keys] };
}

/** Variables count as anything. */
function mentions(
  { action: element, resource: resources, effect }: Statement,
  action: string,
  resource: string,
  variables: boolean,
): boolean {
  if (hasAction(element.patterns, action) !== (element.match === "only")) return false;
  if (resources === undefined) return true;
  const loose = (effect === "Deny") === (resources.match === "only");
  const hit = resources.patterns.some((pattern) =>
    matchesResource(pattern, resource, variables, loose),
  );
  return hit === (resources.match === "only");
}

function matchesResource(
  pattern: string,
  resource: string,
  variables: boolean,
  loose: boolean,
): boolean {
  if (pattern === "*" || pattern === resource) return true;
  if (!/[*?$]/.test(pattern)) return false;
  // Without variables, and where colons don't matter, the engine's matcher will do.
  if (!pattern.includes("$") && loose) return matchesWildcard(pattern, resource);
  return matches(resourceCodes(pattern, variables, loose).codes, symbolsOf(resource));
}

/** A resource's characters; its first five colons separate its parts, if it has that many. */
function symbolsOf(resource: string): readonly number[] {
  const symbols = Array.from({ length: resource.length }, (_, at) => resource.charCodeAt(at));
  const colons = [...symbols.keys()].filter((at) => symbols[at] === 58).slice(0, 5);
  if (colons.length === 5) for (const at of colons) symbols[at] = -3;
  return symbols;
}
