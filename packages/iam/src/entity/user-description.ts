import type { OperationContext, Target } from "../model/operation.ts";
import { type UserEntry, type UserRecord, userArn, userKey } from "../record/user.ts";

/** A user as the target of an operation; one that is not there still has an ARN, so that a refusal tells nothing of it. */
export async function userTarget(
  { account, unit }: OperationContext,
  name: string,
): Promise<Target> {
  const user = await unit.get(userKey(account, name));
  return {
    arn: userArn(user?.principal ?? { account, path: "/", name }),
    resourceName: `user ${name}`,
    ...(user ? { tags: user.principal.tags } : {}),
  };
}

/** A user as most answers show it. */
export const describe = (user: UserEntry, account: string) => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: userArn({ ...user, account }),
  CreateDate: new Date(user.createdAt),
});

export const userEntry = ({ principal: { name, id, path }, createdAt }: UserRecord): UserEntry => ({
  name,
  id,
  path,
  createdAt,
});
