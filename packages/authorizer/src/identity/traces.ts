import type { Caller } from "@portcullis/iam/caller";
import type { AccountRecord } from "@portcullis/iam/record/account";

/** Whether the caller is traced now. A role stands for its sessions, a user for its federated ones. */
export function isTraced(
  traces: AccountRecord["traces"],
  { principal }: Pick<Caller, "principal">,
  now: Date,
): boolean {
  if (traces === undefined) return false;
  const arn = tracedArn(principal);
  const until = arn !== undefined && Object.hasOwn(traces, arn) ? traces[arn] : undefined;
  return until !== undefined && until * 1000 > now.getTime();
}

function tracedArn(principal: Caller["principal"]): string | undefined {
  if (principal.type === "AssumedRole") return principal.roleArn;
  if (principal.type === "FederatedUser") return principal.userArn;
  return "arn" in principal ? principal.arn : undefined;
}
