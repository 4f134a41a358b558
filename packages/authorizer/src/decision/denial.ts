import type { Decision, Principal } from "@portcullis/policy";

type Denial = Exclude<Decision, { outcome: "allowed" }>;

/**
 * AWS's sentence for a denial (IAM UG/troubleshoot_access-denied). If a limit ended the evaluation,
 * no policy decided, so the sentence names the limit.
 * @param resourceName empty: the sentence has no resource part
 */
export function denialSentence(
  principal: Principal,
  action: string,
  resourceName: string,
  decision: Denial,
): string {
  const who = "arn" in principal ? principal.arn : "anonymous";
  const where = resourceName === "" ? "" : ` on resource: ${resourceName}`;
  return `User: ${who} is not authorized to perform: ${action}${where} ${because(action, decision)}`;
}

function because(action: string, decision: Denial): string {
  if (decision.outcome === "implicitDeny" && decision.exceeded !== undefined)
    return `because its policies take more than the limit ${decision.exceeded}`;
  if (decision.outcome === "implicitDeny")
    return `because no ${decision.missing} policy allows the ${action} action`.replace(
      "boundary policy",
      "boundary",
    );
  const { deniedBy } = decision;
  if (deniedBy === "permissions boundary") return "with an explicit deny in a permissions boundary";
  return `with an explicit deny in ${/^[aeiou]/.test(deniedBy) ? "an" : "a"} ${deniedBy} policy`;
}
