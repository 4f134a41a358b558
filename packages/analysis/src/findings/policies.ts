import type { OwnedPolicy } from "../account/directory.ts";
import { lintPolicy } from "../lint/lint-policy.ts";
import type { AccountFinding, FindingKind, FindingsOptions } from "./finding.ts";
import { makeFinding, type Place, statementEvidence } from "./make-finding.ts";

/** Checks of lint whose findings are findings of the account, with the change that fixes them. */
const KINDS: ReadonlyMap<string, readonly [kind: FindingKind, remedy: string]> = new Map([
  ["INVALID_ACTION", ["UnknownAction", "Correct the action's name, or remove it."]],
  ["INVALID_SERVICE_IN_ACTION", ["UnknownAction", "Correct the service, or remove the action."]],
  ["INEFFECTIVE_STATEMENT", ["IneffectiveStatement", "Remove the statement, or narrow the Deny."]],
  [
    "CONDITION_NEVER_TRUE",
    ["IneffectiveStatement", "Correct the condition, or remove the statement."],
  ],
  [
    "UNSUPPORTED_RESOURCE_FOR_ACTION",
    ["IneffectiveStatement", "Name resources that the action acts on."],
  ],
]);

const CODES: ReadonlySet<string> = new Set(KINDS.keys());

/** Findings of a policy that do not depend on who has it. */
export function* policyFindings(
  policy: OwnedPolicy,
  place: Place,
  { services }: FindingsOptions,
): Generator<AccountFinding> {
  const { document, id } = policy;
  if (document.policy === undefined) {
    yield makeFinding(
      {
        ...place,
        kind: "InvalidPolicy",
        severity: "HIGH",
        title: "The policy is not valid",
        details: document.issues[0]?.message ?? "Syntax errors in policy.",
        evidence: [
          { type: "statement", policy: id, statementIndex: 0, text: document.text.slice(0, 500) },
        ],
        remedy: "Write a valid version of the policy.",
      },
      id,
    );
    return;
  }
  const { findings } = lintPolicy(document.text, {
    kind: document.kind,
    services,
    codes: CODES,
    maxFindings: 20,
  });
  for (const { issueCode, title, findingDetails, locations } of findings) {
    const found = KINDS.get(issueCode);
    if (found === undefined) continue;
    const [kind, remedy] = found;
    const at = locations[0]?.span.start.offset ?? 0;
    const index = document.policy.statements.findIndex(({ start, end }) => start <= at && at < end);
    yield makeFinding(
      {
        ...place,
        kind,
        severity: "LOW",
        title,
        details: findingDetails,
        evidence: statementEvidence(policy, Math.max(0, index)),
        remedy,
      },
      JSON.stringify([id, issueCode, findingDetails, index]),
    );
  }
}
