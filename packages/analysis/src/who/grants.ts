import {
  ANY_TEXT,
  constantGlob,
  matchesGlob,
  parseTemplate,
  resourceStart,
  type Statement,
} from "@portcullis/policy";
import type { Entity } from "../account/directory.ts";
import { type Known, unknownKeys } from "../account/variant.ts";
import { statementId } from "../statement/statements.ts";
import type { Grant } from "./answer.ts";
import { coversAction } from "./assume.ts";

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
  if (!coversAction(element, action)) return false;
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
  const partAt = resourceStart(pattern);
  const template = parseTemplate(pattern, true, variables && partAt > 0, partAt);
  const glob = constantGlob(
    template.map((piece) => (typeof piece === "object" ? ANY_TEXT : piece)),
    loose ? 0 : 5,
  );
  const separatorsEnd = loose ? 0 : resourceStart(resource);
  return (
    glob !== undefined && matchesGlob(glob, resource, 0, resource.length, separatorsEnd, UNBOUNDED)
  );
}

/** Each pattern of a policy is compared once. */
const UNBOUNDED = { stepsLeft: Number.POSITIVE_INFINITY };
