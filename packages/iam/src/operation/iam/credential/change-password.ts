import type * as sdk from "@aws-sdk/client-iam";
import { type CompiledPolicy, compilePolicy, parsePolicy } from "@portcullis/policy";
import { saveUserOnly } from "../../../entity/user.ts";
import { userTarget } from "../../../entity/user-description.ts";
import { ApiError } from "../../../error.ts";
import { operation } from "../../../model/operation.ts";
import { passwordPolicyKey } from "../../../record/password-policy.ts";
import { verifyPassword } from "../../../sign-in/password.ts";
import { findLoginProfile, withNewPassword } from "./login-profile.ts";

/** Operation of users on their own passwords. */
export const changePasswordOperations = {
  ChangePassword: operation<sdk.ChangePasswordCommandInput, sdk.ChangePasswordCommandOutput>({
    action: "iam:ChangePassword",
    async target(context) {
      const { account, caller, unit } = context;
      const target = await userTarget(context, caller.userName ?? "");
      // Users need no policy of their own if the account's password policy allows it, or if their
      // password must be reset (IAM UG/id_credentials_passwords_enable-user-change). A resource
      // policy states that, so that an explicit deny still wins.
      const policy = await unit.get(passwordPolicyKey(account));
      const granted =
        policy?.allowUsersToChange === true || caller.session?.passwordChangeOnly === true;
      return granted ? { ...target, resourcePolicies: [ownPasswordPolicy()] } : target;
    },
    async run(context, input) {
      const { caller } = context;
      if (caller.principal.type !== "User" || caller.userName === undefined) {
        throw new ApiError(
          "InvalidUserType",
          "Only an IAM user can change its password with this operation.",
        );
      }
      const { user, profile } = await findLoginProfile(context, caller.userName);
      if (!(await verifyPassword(profile.passwordHash, input.OldPassword ?? ""))) {
        throw new ApiError("AccessDenied", "The old password was incorrect.");
      }
      saveUserOnly(context, {
        ...user,
        loginProfile: await withNewPassword(context, profile, input.NewPassword ?? "", false),
      });
      return {};
    },
  }),
} as const;

let compiled: CompiledPolicy | undefined;

/**
 * Returns a policy that allows the operation to everyone. That is safe because the target is always
 * the caller's own user.
 */
function ownPasswordPolicy(): CompiledPolicy {
  if (compiled !== undefined) return compiled;
  const statement = {
    Effect: "Allow",
    Principal: "*",
    Action: "iam:ChangePassword",
    Resource: "*",
  };
  const parsed = parsePolicy(
    JSON.stringify({ Version: "2012-10-17", Statement: statement }),
    "resource",
  );
  if (!parsed.ok) throw new Error("the built-in policy on passwords is malformed");
  compiled = compilePolicy(parsed.policy, {
    policyId: "account password policy",
    type: "resource-based",
  });
  return compiled;
}
