import { type SetResult, type StatementModel, statementId } from "../statement/statements.ts";
import type { AccessCheck, Reason } from "./check.ts";

/** Why a check can't decide, in words. */
export const WHY = {
  effort: "The patterns are too intricate to be compared within the limit of work.",
  variables:
    "Policy variables may stand for values that make a difference; no request was found that shows one.",
  values:
    "Conditions compare one key in several ways, and no value was found that tells them apart.",
} as const;

/** The documents have more characters than a check compares. */
export const TOO_LARGE: Reason = { description: "The documents are larger than is compared." };
/** `callersOf` found too many callers. */
export const TOO_MANY_CALLERS: Reason = {
  description: "The policies name more principals than are told apart.",
};

/** At most so many reasons are named. */
const MOST_REASONS = 20;

/** UNDECIDED. Equal reasons are named once, and 20 at most. */
export function undecided(reasons: readonly Reason[]): AccessCheck {
  const unique = new Map(reasons.map((reason) => [JSON.stringify(reason), reason]));
  return {
    result: "UNDECIDED",
    message: "It can't be decided.",
    reasons: [...unique.values()].slice(0, MOST_REASONS),
  };
}

/**
 * INVALID, with the issues of the first document that is no policy of its kind.
 *
 * @param which what the document is called in the message, such as `updated`
 */
export function invalid(
  which: string,
  { document, issues }: Extract<SetResult, { ok: false }>,
): AccessCheck {
  const message = `The ${which} policy is not valid: ${issues[0]?.message ?? "Syntax errors in policy."}`;
  return { result: "INVALID", message, reasons: [{ description: message, document }], issues };
}

/** A reason that points at a statement. */
export function reasonFor(statement: StatementModel, description: string): Reason {
  const { document, index, sid } = statement;
  return { description, document, statementIndex: index, ...statementId(sid) };
}
