import { DEFAULT_EFFORT, type Effort } from "../pattern/effort.ts";
import { type RequestSet, requestSetOf } from "../solve/request-set.ts";
import { MOST_CHARACTERS, readSet, type StatementModel } from "../statement/statements.ts";
import type { AccessCheck, AccessQuestion, CheckOptions, Reason } from "./check.ts";
import { engineOf } from "./engine.ts";
import { callersOf, OWNER } from "./principals.ts";
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
 * Whether the policies allow none of some accesses, to any principal that they speak of. PASS and
 * FAIL are proved; the engine confirms the counterexample of a FAIL.
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
  if (texts.reduce((sum, { length }) => sum + length, 0) > MOST_CHARACTERS)
    return undecided([TOO_LARGE]);
  const read = readSet(documents, options.kind);
  if (!read.ok) return invalid("given", read);
  const { allows, denies } = read.set;
  const named = options.kind === "resource" || options.kind === "trust";
  const callers = named
    ? callersOf([...allows, ...denies], options.account, options.kind)
    : [OWNER];
  if (callers === undefined) return undecided([TOO_MANY_CALLERS]);
  const effort: Effort = { left: options.effort ?? DEFAULT_EFFORT };
  const confirmed = engineOf(read.set);
  const open: Reason[] = [];
  for (const question of access.map(questionSet)) {
    for (const caller of callers) {
      const outside = denies.filter(caller.counts).map(requestSetOf);
      for (const allow of allows.filter(caller.counts)) {
        const claim = {
          within: [requestSetOf(allow), question],
          outside,
          caller,
          fixed: new Map(),
          confirmed,
        };
        const { account, services } = options;
        const witness = findWitness({ ...claim, account, services }, effort);
        if (witness.status === "found") {
          const { action, resource } = witness.request;
          return failed("The policy document grants access that it must not.", witness.request, [
            reasonFor(allow, `A statement of the policy grants ${action} on ${resource}.`),
          ]);
        }
        if (witness.status === "unknown") open.push(reasonFor(allow, WHY[witness.why]));
      }
    }
  }
  if (open.length > 0) return undecided(open);
  return passed(
    "The policy document does not grant access to perform the listed actions or resources.",
  );
}

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
