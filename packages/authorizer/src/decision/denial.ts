import type { Decision, Principal } from "@portcullis/policy";

/** AWS's sentence for a refusal (IAM UG/troubleshoot_access-denied). `said` names the resource; empty: it is left out. */
export function denialSentence(
  principal: Principal,
  action: string,
  said: string,
  decision: Exclude<Decision, { outcome: "allowed" }>,
): string {
  const who = "arn" in principal ? principal.arn : "anonymous";
  const where = said === "" ? "" : ` on resource: ${said}`;
  return `User: ${who} is not authorized to perform: ${action}${where} ${because(action, decision)}`;
}

function because(action: string, decision: Exclude<Decision, { outcome: "allowed" }>): string {
  if (decision.outcome === "implicitDeny")
    return `because no ${decision.missing} policy allows the ${action} action`.replace(
      "boundary policy",
      "boundary",
    );
  const { deniedBy } = decision;
  if (deniedBy === "permissions boundary") return "with an explicit deny in a permissions boundary";
  return `with an explicit deny in ${/^[aeiou]/.test(deniedBy) ? "an" : "a"} ${deniedBy} policy`;
}
