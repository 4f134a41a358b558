import { type AccountModel, type PrincipalAccess, runToEnd, whoCan } from "@portcullis/analysis";
import { mergedParts } from "../../analysis/merge-parts.ts";
import { readAccount } from "../../analysis/read-account.ts";

/** Who of the account may assume a role, and how much of the account was looked at. */
export interface Assumers {
  readonly principals: readonly PrincipalAccess[];
  /** Users and roles. */
  readonly looked: number;
  /** What there is more than was looked at: a sentence each. */
  readonly leftOut: readonly string[];
}

/** Decided by the engine, from the trust policy and each principal's own policies. */
export async function whoMayAssume(roleArn: string, abortSignal: AbortSignal): Promise<Assumers> {
  const parts: AccountModel[] = [];
  const account = { add: (part: AccountModel) => parts.push(part) };
  const read = await readAccount(account, abortSignal, () => {});
  const question = { action: "sts:AssumeRole", resource: roleArn };
  const { principals } = runToEnd(whoCan(mergedParts(parts), question, { maxRoles: 0 }));
  return { principals, looked: read.principals.length, leftOut: read.leftOut };
}
