import { roleTarget } from "../entity/role.ts";
import { userTarget } from "../entity/user-description.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { lookUpPolicy } from "./policy-arn.ts";

/**
 * Returns the target for a user, role, group or policy that is given by ARN. An ARN that does not
 * match its entity exactly gets no tags; the operation itself refuses it.
 */
export async function entityTarget(context: OperationContext, arn: string): Promise<Target> {
  const [, account, type, name = ""] =
    /^arn:aws:iam::(\d{12}):(user|role|policy)\/(?:[!-~]*\/)?([\w+=,.@-]{1,128})$/.exec(arn) ?? [];
  if (type === undefined || account !== context.account) return { arn };
  if (type === "policy") {
    const found = await lookUpPolicy(context, arn);
    return found?.owner === "account" ? { arn, tags: found.record.tags } : { arn };
  }
  const target = await (type === "user" ? userTarget : roleTarget)(context, name);
  return target.arn === arn && target.tags !== undefined ? { arn, tags: target.tags } : { arn };
}
