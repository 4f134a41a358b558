import type { OperationContext, Target } from "../model/operation.ts";
import { type UserEntry, type UserRecord, userArn, userKey } from "../record/user.ts";

/**
 * Returns a user as the target of an operation. A missing user has an ARN too, so that a refusal
 * does not reveal whether it exists.
 */
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

/** Returns the response members of a user. */
export const describeUser = (user: UserEntry, account: string) => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: userArn({ ...user, account }),
  CreateDate: new Date(user.createdAt),
});

/** Returns a user's entry in the account's list of users. */
export const userEntry = ({
  principal: { name, id, path },
  createdAt,
  neverHadPassword,
}: UserRecord): UserEntry => ({
  name,
  id,
  path,
  createdAt,
  ...(neverHadPassword && { neverHadPassword }),
});
