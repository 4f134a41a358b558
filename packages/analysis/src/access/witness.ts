import type { FixedKeys } from "../condition/solve-conditions.ts";
import type { Effort } from "../pattern/effort.ts";
import type { Services } from "../services/services.ts";
import { type RequestSet, requestSetOf } from "../solve/request-set.ts";
import { type Answer, solve } from "../solve/solve.ts";
import { assignmentsFor, contextOf, fixedBy, instantiate } from "../solve/variables.ts";
import type { ExampleRequest } from "./check.ts";
import type { Case } from "./engine.ts";
import { betterExamples } from "./example.ts";
import type { Caller } from "./principals.ts";

export interface Claim {
  readonly within: readonly RequestSet[];
  readonly outside: readonly RequestSet[];
  readonly caller: Caller;
  readonly fixed: FixedKeys;
  readonly account: string | undefined;
  readonly services: Services | undefined;
  /** Evaluates a request by the engine. A witness must be confirmed by it. */
  readonly confirmed: (one: Case) => boolean;
}

export type Witness =
  | { readonly status: "found"; readonly request: ExampleRequest }
  | { readonly status: "none" }
  | { readonly status: "unknown"; readonly why: "effort" | "variables" | "values" };

/**
 * A request in all sets of `within` and in none of `outside` that the engine confirms. "None" is
 * proved.
 */
export function findWitness(claim: Claim, effort: Effort): Witness {
  const answer = solve(claim, effort);
  if (answer.status === "none") return { status: "none" };
  if (answer.status === "unknown")
    return { status: "unknown", why: effort.left <= 0 ? "effort" : "values" };
  const request = confirm(claim, answer, {});
  if (request !== undefined) return { status: "found", request };
  return tryAssignments(claim, effort);
}

/** Policy variables need values: those that the texts suggest are tried, one after the other. */
function tryAssignments(claim: Claim, effort: Effort): Witness {
  const statements = [...claim.within, ...claim.outside].map(({ statement }) => statement);
  for (const assignment of assignmentsFor(statements)) {
    const instance = (requestSet: RequestSet) =>
      requestSetOf(instantiate(requestSet.statement, assignment));
    const answer = solve(
      {
        within: claim.within.map(instance),
        outside: claim.outside.map(instance),
        fixed: new Map([...fixedBy(assignment), ...claim.fixed]),
      },
      effort,
    );
    if (answer.status === "found") {
      const request = confirm(claim, answer, contextOf(assignment));
      if (request !== undefined) return { status: "found", request };
    }
    if (effort.left <= 0) return { status: "unknown", why: "effort" };
  }
  return { status: "unknown", why: "variables" };
}

function confirm(
  claim: Claim,
  answer: Extract<Answer, { status: "found" }>,
  more: ExampleRequest["context"],
): ExampleRequest | undefined {
  const { caller, account, confirmed } = claim;
  const { principal, closeness } = caller;
  const found: ExampleRequest = {
    principal,
    action: answer.action,
    resource: answer.resource,
    ...resourceAccount(principal, closeness, account),
    context: { ...more, ...answer.context },
  };
  if (!confirmed({ caller, request: found })) return undefined;
  for (const request of betterExamples(found, claim.within, claim.services))
    if (confirmed({ caller, request })) return request;
  return found;
}

/**
 * Across accounts the resource's policy must name the caller; within one, the account itself is no
 * caller's.
 */
function resourceAccount(
  principal: ExampleRequest["principal"],
  closeness: Caller["closeness"],
  account: string | undefined,
): { readonly resourceAccount?: string } {
  if (account !== undefined) return { resourceAccount: account };
  if (!("account" in principal) || closeness !== "named") return {};
  return {
    resourceAccount: principal.account === "999988887777" ? "888877776666" : "999988887777",
  };
}
