import type * as sdk from "@aws-sdk/client-iam";
import { type RootRecord, rootArn } from "../record/root.ts";
import { describePasswordUse } from "./password-use.ts";

/**
 * Returns the response members of the root user. It has no name and no path, and its unique id is
 * the account's.
 */
export function describeRoot(
  root: RootRecord | undefined,
  account: string,
  passwordLastUsed: string | undefined,
): sdk.User {
  const described = {
    UserId: account,
    Arn: rootArn(account),
    ...(root === undefined ? {} : { CreateDate: new Date(root.createdAt) }),
    ...describePasswordUse(passwordLastUsed),
  };
  // The SDK's type requires a name and a path. AWS answers neither for the root user.
  return described as sdk.User;
}
