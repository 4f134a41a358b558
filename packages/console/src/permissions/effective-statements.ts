import { parsePolicy, type Statement } from "@portcullis/policy";
import { covers, overlaps } from "./pattern-overlap.ts";
import type { PermissionSource, UserPermissions } from "./permission-sources.ts";

/** How far a permissions boundary lets a statement through. */
export type BoundaryCut = "within" | "partly" | "outside";

/** A statement that applies to a user, with the policy that holds it. */
export interface EffectiveStatement {
  readonly id: string;
  readonly source: PermissionSource;
  readonly statement: Statement;
  /** Of an Allow, when the user has a boundary that may be read. */
  readonly cut: BoundaryCut | undefined;
}

/** Every statement of every policy that applies, with the boundary's cut. */
export function effectiveStatements({
  sources,
  boundary,
}: UserPermissions): readonly EffectiveStatement[] {
  const limits =
    boundary?.document === undefined ? undefined : statementsOf(boundary.document, "boundary");
  return sources.flatMap((source, policyAt) =>
    statementsOf(source.document ?? "", "identity").map((statement, at) => ({
      id: `${policyAt}/${at}`,
      source,
      statement,
      cut:
        limits === undefined || statement.effect === "Deny" ? undefined : cutOf(statement, limits),
    })),
  );
}

function statementsOf(document: string, kind: "identity" | "boundary"): readonly Statement[] {
  const parsed = parsePolicy(document, kind);
  return parsed.ok ? parsed.policy.statements : [];
}

/** "Partly" wherever patterns alone can't tell: conditions, `NotAction`, `NotResource`. */
function cutOf(statement: Statement, limits: readonly Statement[]): BoundaryCut {
  const touching = limits.filter((limit) => mayTouch(limit, statement));
  if (!touching.some(({ effect }) => effect === "Allow")) return "outside";
  const isWhole =
    touching.every(({ effect }) => effect === "Allow") &&
    statement.action.match === "only" &&
    statement.resource?.match === "only" &&
    statement.action.patterns.every((action) =>
      statement.resource?.patterns.every((resource) =>
        touching.some((limit) => letsThrough(limit, action, resource)),
      ),
    );
  return isWhole ? "within" : "partly";
}

function letsThrough(limit: Statement, action: string, resource: string): boolean {
  return (
    limit.condition.length === 0 &&
    limit.action.match === "only" &&
    limit.resource?.match === "only" &&
    limit.action.patterns.some((outer) => covers(outer, action)) &&
    limit.resource.patterns.some((outer) => covers(outer, resource))
  );
}

const mayTouch = (limit: Statement, statement: Statement): boolean =>
  mayOverlap(limit.action, statement.action) && mayOverlap(limit.resource, statement.resource);

function mayOverlap(one: Statement["resource"], other: Statement["resource"]): boolean {
  if (one?.match !== "only" || other?.match !== "only") return true;
  return one.patterns.some((first) => other.patterns.some((second) => overlaps(first, second)));
}

/** Whether a statement speaks of an action that somebody typed, wildcards allowed. */
export function concernsAction({ action }: Statement, typed: string): boolean {
  const named = action.patterns.some((pattern) => overlaps(pattern, typed));
  return action.match === "only" ? named : !action.patterns.some((p) => covers(p, typed));
}
