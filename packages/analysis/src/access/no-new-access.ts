import type { FixedKeys } from "../condition/solve-conditions.ts";
import { DEFAULT_EFFORT, type Effort } from "../pattern/effort.ts";
import type { Services } from "../services/services.ts";
import { type RequestSet, requestSetOf } from "../solve/request-set.ts";
import {
  MOST_CHARACTERS,
  type PolicySet,
  readSet,
  type StatementModel,
} from "../statement/statements.ts";
import type { AccessCheck, CheckOptions, ExampleRequest, Reason } from "./check.ts";
import type { Case } from "./engine.ts";
import { engineOf } from "./engine.ts";
import { type Caller, callersOf, OWNER } from "./principals.ts";
import {
  failed,
  invalid,
  passed,
  reasonFor,
  TOO_LARGE,
  TOO_MANY_CALLERS,
  undecided,
  WHY,
} from "./results.ts";
import { findWitness } from "./witness.ts";

/**
 * Whether there is a request that the updated policies allow and the existing ones do not.
 * Documents of a list apply together. PASS and FAIL are proved; the engine confirms the
 * counterexample of a FAIL.
 */
export function checkNoNewAccess(
  existing: readonly string[],
  updated: readonly string[],
  options: CheckOptions,
): AccessCheck {
  const size = [...existing, ...updated].reduce((sum, { length }) => sum + length, 0);
  if (size > MOST_CHARACTERS) return undecided([TOO_LARGE]);
  const before = readSet(existing, options.kind);
  if (!before.ok) return invalid("existing", before);
  const after = readSet(updated, options.kind);
  if (!after.ok) return invalid("updated", after);
  const effort: Effort = { left: options.effort ?? DEFAULT_EFFORT };
  const open: Reason[] = [];
  const compared = comparisonOf(before.set, after.set, options);
  if (compared === undefined) return undecided([TOO_MANY_CALLERS]);
  for (const { allow, caller, queries } of compared.newAccess()) {
    for (const query of queries) {
      const witness = findWitness({ ...query, caller, ...compared.claim }, effort);
      if (witness.status === "found") {
        const description = newAccessText(allow, caller, witness.request);
        return failed("The updated permissions allow new access.", witness.request, [
          reasonFor(allow, description),
        ]);
      }
      if (witness.status === "unknown") open.push(reasonFor(allow, WHY[witness.why]));
    }
    if (effort.left > 0) continue;
    // What comes after was not asked.
    open.push({ description: WHY.effort });
    break;
  }
  if (open.length > 0) return undecided(open);
  return passed(
    "The updated permissions do not allow new access compared to the existing permissions.",
  );
}

/**
 * A new allow for one caller, and the questions of which one must have an answer if it allows
 * anything new.
 */
export interface NewAllow {
  readonly allow: StatementModel;
  readonly caller: Caller;
  readonly queries: readonly {
    readonly within: readonly RequestSet[];
    readonly outside: readonly RequestSet[];
  }[];
}

export interface Comparison {
  newAccess(): Generator<NewAllow>;
  readonly claim: {
    readonly fixed: FixedKeys;
    readonly account: string | undefined;
    readonly services: Services | undefined;
    readonly confirmed: (one: Case) => boolean;
  };
}

/** Undefined: the statements name too many callers. */
export function comparisonOf(
  before: PolicySet,
  after: PolicySet,
  { kind, account, services }: Pick<CheckOptions, "kind" | "account" | "services">,
): Comparison | undefined {
  const all = [...after.allows, ...after.denies, ...before.allows, ...before.denies];
  const named = kind === "resource" || kind === "trust";
  const callers = named ? callersOf(all, account, kind) : [OWNER];
  if (callers === undefined) return undefined;
  const requestSets = new Map(all.map((statement) => [statement, requestSetOf(statement)]));
  const requestSetsOf = (
    statements: readonly StatementModel[],
    caller: Caller,
  ): readonly RequestSet[] =>
    statements
      .filter((statement) => caller.counts(statement))
      .map((statement) => requestSets.get(statement)!);
  const old = engineOf(before);
  const now = engineOf(after);
  return {
    *newAccess() {
      for (const caller of callers) {
        const denies = requestSetsOf(after.denies, caller);
        const oldAllows = requestSetsOf(before.allows, caller);
        const oldDenies = requestSetsOf(before.denies, caller);
        for (const requestSet of requestSetsOf(after.allows, caller)) {
          // What the old policies did not allow, or denied.
          const queries = [
            { within: [requestSet], outside: [...denies, ...oldAllows] },
            ...oldDenies.map((deny) => ({ within: [requestSet, deny], outside: denies })),
          ];
          yield { allow: requestSet.statement, caller, queries };
        }
      }
    },
    claim: { fixed: new Map(), account, services, confirmed: (one) => now(one) && !old(one) },
  };
}

function newAccessText(
  allow: StatementModel,
  caller: Caller,
  { action, resource }: ExampleRequest,
): string {
  const who = allow.principal === undefined ? "" : ` ${callerText(caller)}`;
  return `New access by a statement of the updated policy: ${action} on ${resource}${who}.`;
}

function callerText({ principal, closeness }: Caller): string {
  if (!("account" in principal))
    return principal.type === "Anonymous" ? "by anyone" : `by a ${principal.type}`;
  const needs = {
    named: " that its own policies allow, too",
    entity: " that no identity policy allows",
    itself: " whatever its own policies allow",
  };
  return `by ${principal.arn}${needs[closeness]}`;
}
