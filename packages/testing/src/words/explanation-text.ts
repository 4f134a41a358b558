import type {
  Decision,
  Explanation,
  Failure,
  NearMiss,
  StatementReference,
} from "@portcullis/policy";

/** A policy as people know it: its name, or `<owner>/<name>` of an inline policy. */
export function policyName({ policyId }: Pick<StatementReference, "policyId">): string {
  const [, managed] = /^arn:aws:iam::(?:\d{12}|aws):policy\/(.+)$/.exec(policyId) ?? [];
  const [, inline] = /^arn:aws:iam::\d{12}:(.+)$/.exec(policyId) ?? [];
  return managed ?? inline ?? policyId;
}

/** `Readers#ListOrders`; a statement without a Sid by its index from 0. */
export const statementName = (one: StatementReference): string =>
  `${policyName(one)}#${one.sid || one.index}`;

/** The statements that made a decision. */
export const decisiveOf = ({ statements }: Decision): readonly StatementReference[] => statements;

/** Why a decision is as it is, in one sentence. */
export function reasonText({ decision, nearMisses, missingKeys }: Explanation): string {
  const names = decision.statements.map(statementName).join(" and ");
  if (decision.outcome === "allowed")
    return `allowed by ${names || "the account's root user's rights"}`;
  if (decision.outcome === "explicitDeny") return `denied by ${names} (${decision.deniedBy})`;
  if (decision.exceeded !== undefined) return "denied: the policies take too many steps to decide";
  const [nearest] = nearMisses;
  // A statement about other actions is no near miss to people.
  const isNear = nearest !== undefined && nearest.failed.element !== "action";
  const near = !isNear ? "" : `; nearest is ${nearMissText(nearest)}`;
  const keys = missingKeys.length === 0 ? "" : `; not in the request: ${missingKeys.join(", ")}`;
  return `no ${decision.missing} policy allows it${near}${keys}`;
}

export const nearMissText = ({ statement, failed }: NearMiss): string =>
  `${statementName(statement)}, whose ${failureText(failed)}`;

function failureText(failed: Failure): string {
  if (failed.element !== "condition") return `${failed.element} does not match`;
  return failed.conditions
    .map(({ operator, key, wanted, actual }) => {
      const given = actual === undefined ? "is not in the request" : `is ${listText(actual)}`;
      return `condition ${operator} on ${key} wants ${listText(wanted)}, and ${key} ${given}`;
    })
    .join(" and ");
}

const listText = (value: string | readonly string[]): string =>
  typeof value === "string" ? `"${value}"` : value.map((one) => `"${one}"`).join(" or ");
