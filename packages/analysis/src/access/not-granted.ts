import { effortOf } from "../pattern/effort.ts";
import { type RequestSet, requestSetOf } from "../solve/request-set.ts";
import { areTooLarge, readSet, type StatementModel } from "../statement/statements.ts";
import type { AccessCheck, AccessQuestion, CheckOptions } from "./check.ts";
import { type AllowClaim, checkClaims, type Messages } from "./check-claims.ts";
import { engineOf } from "./engine.ts";
import { type Caller, callersOf } from "./principals.ts";
import { invalid, TOO_LARGE, TOO_MANY_CALLERS, undecided } from "./results.ts";

/**
 * Whether the policies allow none of some accesses, to any principal that they speak of. PASS and
 * FAIL are proved; the engine confirms the counterexample of a FAIL. Never throws: a document that
 * is not valid is INVALID.
 */
export function checkAccessNotGranted(
  documents: readonly string[],
  access: readonly AccessQuestion[],
  options: CheckOptions,
): AccessCheck {
  const texts = [
    ...documents,
    ...access.flatMap(({ actions = [], resources = [] }) => [...actions, ...resources]),
  ];
  if (areTooLarge(texts)) return undecided([TOO_LARGE]);
  const read = readSet(documents, options.kind);
  if (!read.ok) return invalid("given", read);
  const { allows, denies } = read.set;
  const callers = callersOf([...allows, ...denies], options);
  if (callers === undefined) return undecided([TOO_MANY_CALLERS]);
  const confirmed = engineOf(read.set);
  const questions = access.map(questionSet);
  function* claims(callers: readonly Caller[]): Generator<AllowClaim> {
    for (const question of questions) {
      for (const caller of callers) {
        const outside = denies.filter(caller.counts).map(requestSetOf);
        for (const allow of allows.filter(caller.counts)) {
          const within = [requestSetOf(allow), question];
          yield { allow, within, outside, caller, fixed: new Map(), confirmed };
        }
      }
    }
  }
  return checkClaims(claims(callers), MESSAGES, options, effortOf(options));
}

const MESSAGES: Messages = {
  passed: "The policy document does not grant access to perform the listed actions or resources.",
  failed: "The policy document grants access that it must not.",
  reason: (_allow, _caller, { action, resource }) =>
    `A statement of the policy grants ${action} on ${resource}.`,
};

/**
 * All that is asked about, as if it were a statement that denies it: its patterns are flat text.
 */
function questionSet({ actions, resources }: AccessQuestion): RequestSet {
  const statement: StatementModel = {
    document: 0,
    index: 0,
    sid: undefined,
    effect: "Deny",
    action: { match: "only", patterns: actions ?? ["*"] },
    resource: { match: "only", patterns: resources ?? ["*"] },
    principal: undefined,
    condition: [],
    variables: false,
  };
  return requestSetOf(statement);
}
