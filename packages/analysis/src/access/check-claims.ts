import type { Effort } from "../pattern/effort.ts";
import type { StatementModel } from "../statement/statements.ts";
import type { AccessCheck, CheckOptions, ExampleRequest, Reason } from "./check.ts";
import type { Caller } from "./principals.ts";
import { reasonFor, undecided, WHY } from "./results.ts";
import { type Claim, findWitness } from "./witness.ts";

/** That an allow gives something to a caller. The check fails if a request shows it. */
export interface AllowClaim extends Omit<Claim, "account" | "services"> {
  readonly allow: StatementModel;
}

/** The messages of a check, and the reason for a counterexample. */
export interface Messages {
  readonly passed: string;
  readonly failed: string;
  reason(allow: StatementModel, caller: Caller, request: ExampleRequest): string;
}

/**
 * FAIL with the first claim that a request shows, else UNDECIDED if a claim stays open, else PASS.
 *
 * @param open reasons of UNDECIDED that the source of the claims adds to
 */
export function checkClaims(
  claims: Iterable<AllowClaim>,
  messages: Messages,
  { account, services }: CheckOptions,
  effort: Effort,
  open: Reason[] = [],
): AccessCheck {
  for (const { allow, ...claim } of claims) {
    const witness = findWitness({ ...claim, account, services }, effort);
    if (witness.status === "found") {
      const { request: counterexample } = witness;
      const reason = reasonFor(allow, messages.reason(allow, claim.caller, counterexample));
      return { result: "FAIL", message: messages.failed, reasons: [reason], counterexample };
    }
    if (witness.status === "unknown") open.push(reasonFor(allow, WHY[witness.why]));
  }
  if (open.length > 0) return undecided(open);
  return { result: "PASS", message: messages.passed, reasons: [] };
}
