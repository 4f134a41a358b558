import type { FixedKeys } from "../condition/solve-conditions.ts";
import { effortOf } from "../pattern/effort.ts";
import { type RequestSet, requestSetOf } from "../solve/request-set.ts";
import {
  areTooLarge,
  type PolicySet,
  readSet,
  type StatementModel,
} from "../statement/statements.ts";
import type { AccessCheck, CheckOptions, ExampleRequest, Reason } from "./check.ts";
import { type AllowClaim, checkClaims, type Messages } from "./check-claims.ts";
import type { Case } from "./engine.ts";
import { engineOf } from "./engine.ts";
import { type Caller, callersOf } from "./principals.ts";
import { invalid, TOO_LARGE, TOO_MANY_CALLERS, undecided, WHY } from "./results.ts";

/**
 * Whether there is a request that the updated policies allow and the existing ones do not.
 * Documents of a list apply together. PASS and FAIL are proved; the engine confirms the
 * counterexample of a FAIL. Never throws: a document that is not valid is INVALID.
 */
export function checkNoNewAccess(
  existing: readonly string[],
  updated: readonly string[],
  options: CheckOptions,
): AccessCheck {
  if (areTooLarge([...existing, ...updated])) return undecided([TOO_LARGE]);
  const before = readSet(existing, options.kind);
  if (!before.ok) return invalid("existing", before);
  const after = readSet(updated, options.kind);
  if (!after.ok) return invalid("updated", after);
  const compared = comparisonOf(before.set, after.set, options);
  if (compared === undefined) return undecided([TOO_MANY_CALLERS]);
  const effort = effortOf(options);
  const open: Reason[] = [];
  function* claims({ newAccess, claim }: Comparison): Generator<AllowClaim> {
    for (const { allow, caller, queries } of newAccess()) {
      for (const query of queries) yield { ...query, allow, caller, ...claim };
      if (effort.left > 0) continue;
      // What comes after was not asked.
      open.push({ description: WHY.effort });
      return;
    }
  }
  return checkClaims(claims(compared), MESSAGES, options, effort, open);
}

const MESSAGES: Messages = {
  passed: "The updated permissions do not allow new access compared to the existing permissions.",
  failed: "The updated permissions allow new access.",
  reason: newAccessText,
};

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
    readonly confirmed: (one: Case) => boolean;
  };
}

/**
 * The new allows of a policy set beside an older one, caller by caller. Undefined: the statements
 * name too many callers.
 */
export function comparisonOf(
  before: PolicySet,
  after: PolicySet,
  options: CheckOptions,
): Comparison | undefined {
  const all = [...after.allows, ...after.denies, ...before.allows, ...before.denies];
  const callers = callersOf(all, options);
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
    claim: { fixed: new Map(), confirmed: (one) => now(one) && !old(one) },
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
