import type * as sdk from "@aws-sdk/client-iam";
import { findRoot, isCallingRoot, ownerTarget } from "../../../entity/credential-owner.ts";
import { findUser, saveUserEntry, saveUserOnly, userNameOrCaller } from "../../../entity/user.ts";
import { ApiError, noSuchEntity, validationError } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { passwordPolicyKey } from "../../../record/password-policy.ts";
import { hasLoginProfile, rootKey, withoutPassword } from "../../../record/root.ts";
import type { LoginProfile, UserRecord } from "../../../record/user.ts";
import { isRootSession } from "../../../session/root-session.ts";
import { hashPassword } from "../../../sign-in/password.ts";
import { checkPassword, checkReuse, withPassword } from "../../../sign-in/password-policy.ts";

/**
 * Operations on passwords of users. Without a `UserName` they concern the root user's own password.
 */
export const loginProfileOperations = {
  CreateLoginProfile: operation<
    sdk.CreateLoginProfileCommandInput,
    sdk.CreateLoginProfileCommandOutput
  >({
    action: "iam:CreateLoginProfile",
    target: (context, input) => ownerTarget(context, input.UserName),
    async run(context, input) {
      const { account, unit, now } = context;
      const changedAt = now.toISOString();
      if (isRootSession(context)) return allowRootRecovery(context, input);
      const password = requiredPassword(input.Password);
      if (isCallingRoot(context, input.UserName)) {
        const root = await findRoot(context);
        if (hasLoginProfile(root)) throw profileExists("root");
        checkPassword(undefined, password);
        const passwordHash = await hashPassword(password);
        unit.put(rootKey(account), { ...root, passwordHash, passwordChangedAt: changedAt });
        return {
          LoginProfile: { UserName: undefined, CreateDate: now, PasswordResetRequired: false },
        };
      }
      const user = await findUser(context, userNameOrCaller(context, input.UserName));
      if (user.loginProfile !== undefined) throw profileExists(user.principal.name);
      checkPassword(await unit.get(passwordPolicyKey(account)), password);
      const loginProfile: LoginProfile = {
        passwordHash: await hashPassword(password),
        createdAt: changedAt,
        changedAt,
        resetRequired: input.PasswordResetRequired ?? false,
        history: [],
      };
      const { neverHadPassword, ...before } = user;
      const after: UserRecord = { ...before, loginProfile };
      saveUserOnly(context, after);
      if (neverHadPassword) saveUserEntry(context, after);
      return { LoginProfile: describe(user.principal.name, loginProfile) };
    },
  }),

  GetLoginProfile: operation<sdk.GetLoginProfileCommandInput, sdk.GetLoginProfileCommandOutput>({
    action: "iam:GetLoginProfile",
    target: (context, input) => ownerTarget(context, input.UserName),
    async run(context, input) {
      if (isCallingRoot(context, input.UserName)) {
        const root = await findRoot(context);
        if (!hasLoginProfile(root)) throw noSuchProfile("root");
        const { passwordHash, passwordChangedAt, recoverableSince, createdAt } = root;
        const since = passwordHash === undefined ? recoverableSince : passwordChangedAt;
        const created = new Date(since ?? createdAt);
        return {
          LoginProfile: { UserName: undefined, CreateDate: created, PasswordResetRequired: false },
        };
      }
      const { user, profile } = await findLoginProfile(
        context,
        userNameOrCaller(context, input.UserName),
      );
      return { LoginProfile: describe(user.principal.name, profile) };
    },
  }),

  UpdateLoginProfile: operation<
    sdk.UpdateLoginProfileCommandInput,
    sdk.UpdateLoginProfileCommandOutput
  >({
    action: "iam:UpdateLoginProfile",
    target: (context, input) => ownerTarget(context, input.UserName ?? ""),
    async run(context, input) {
      const { user, profile } = await findLoginProfile(context, input.UserName ?? "");
      const resetRequired = input.PasswordResetRequired ?? profile.resetRequired;
      const loginProfile =
        input.Password === undefined
          ? { ...profile, resetRequired }
          : await withNewPassword(context, profile, input.Password, resetRequired);
      saveUserOnly(context, { ...user, loginProfile });
      return {};
    },
  }),

  DeleteLoginProfile: operation<
    sdk.DeleteLoginProfileCommandInput,
    sdk.DeleteLoginProfileCommandOutput
  >({
    action: "iam:DeleteLoginProfile",
    target: (context, input) => ownerTarget(context, input.UserName),
    async run(context, input) {
      const { account, unit } = context;
      if (isCallingRoot(context, input.UserName)) {
        const before = await findRoot(context);
        if (!hasLoginProfile(before)) throw noSuchProfile("root");
        unit.put(rootKey(account), withoutPassword(before));
        return {};
      }
      const found = await findLoginProfile(context, userNameOrCaller(context, input.UserName));
      const { loginProfile: _, ...user } = found.user;
      saveUserOnly(context, user);
      return {};
    },
  }),
} as const;

/**
 * Lets a member account's root user recover its password, for a root session with the task
 * IAMCreateRootUserPassword (IAM UG/id_root-user-privileged-task). The session can't choose the
 * password.
 */
async function allowRootRecovery(
  context: OperationContext,
  { UserName: userName, Password: password }: sdk.CreateLoginProfileCommandInput,
) {
  const { account, unit, now } = context;
  refusePasswordOfRootSession(password);
  const root = await findRoot(context);
  if (!isCallingRoot(context, userName)) throw noSuchProfile(userName ?? "");
  if (hasLoginProfile(root)) throw profileExists("root");
  unit.put(rootKey(account), { ...root, recoverableSince: now.toISOString() });
  return { LoginProfile: { UserName: undefined, CreateDate: now, PasswordResetRequired: false } };
}

function requiredPassword(password: string | undefined): string {
  if (password !== undefined) return password;
  throw validationError(
    "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null",
  );
}

/**
 * Returns the profile with a new password.
 * @throws {ApiError} `PasswordPolicyViolation`
 */
export async function withNewPassword(
  { account, unit, now }: OperationContext,
  profile: LoginProfile,
  password: string,
  resetRequired: boolean,
): Promise<LoginProfile> {
  const policy = await unit.get(passwordPolicyKey(account));
  checkPassword(policy, password);
  await checkReuse(policy, profile, password);
  return withPassword(profile, { passwordHash: await hashPassword(password), now, resetRequired });
}

/** Returns a user with its login profile. @throws {ApiError} `NoSuchEntity` */
export async function findLoginProfile(
  context: OperationContext,
  name: string,
): Promise<{ readonly user: UserRecord; readonly profile: LoginProfile }> {
  const user = await findUser(context, name);
  if (user.loginProfile === undefined) throw noSuchProfile(name);
  return { user, profile: user.loginProfile };
}

const describe = (name: string, { createdAt, resetRequired }: LoginProfile) => ({
  UserName: name,
  CreateDate: new Date(createdAt),
  PasswordResetRequired: resetRequired,
});

const noSuchProfile = (name: string) =>
  noSuchEntity(`Login Profile for User ${name} cannot be found.`);
const profileExists = (name: string) =>
  new ApiError("EntityAlreadyExists", `Login Profile for user ${name} already exists.`);

/**
 * Refuses a password in a call of a root session, which may let the root user recover a password
 * but not set one (IAM API, CreateLoginProfile).
 * @throws {ApiError} `ValidationError`
 */
function refusePasswordOfRootSession(password: string | undefined): void {
  if (password === undefined) return;
  throw new ApiError(
    "ValidationError",
    "The parameter Password must be omitted when the request is made with an AssumeRoot session.",
  );
}
