import type * as sdk from "@aws-sdk/client-iam";
import { findRoot, isCallingRoot, ownerTarget } from "../../../entity/credential-owner.ts";
import { findUser, saveUserOnly, userNameOrCaller } from "../../../entity/user.ts";
import { ApiError, noSuchEntity, validationError } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { passwordPolicyKey } from "../../../record/password-policy.ts";
import { hasLoginProfile, rootKey, withoutPassword } from "../../../record/root.ts";
import type { LoginProfile, UserRecord } from "../../../record/user.ts";
import { isRootSession, refusePasswordOfRootSession } from "../../../session/root-session.ts";
import { hashPassword } from "../../../sign-in/password.ts";
import { checkPassword, checkReuse, withPassword } from "../../../sign-in/password-policy.ts";

/** A user's password, or, for the root user without a `UserName`, its own. */
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
      if (isRootSession(context)) return letRootRecover(context, input);
      const password = requiredPassword(input.Password);
      if (isCallingRoot(context, input.UserName)) {
        const root = await findRoot(context);
        if (hasLoginProfile(root)) throw alreadyThere("root");
        checkPassword(undefined, password);
        const passwordHash = await hashPassword(password);
        unit.put(rootKey(account), { ...root, passwordHash, passwordChangedAt: changedAt });
        return {
          LoginProfile: { UserName: undefined, CreateDate: now, PasswordResetRequired: false },
        };
      }
      const user = await findUser(context, userNameOrCaller(context, input.UserName));
      if (user.loginProfile !== undefined) throw alreadyThere(user.principal.name);
      checkPassword(await unit.get(passwordPolicyKey(account)), password);
      const loginProfile: LoginProfile = {
        passwordHash: await hashPassword(password),
        createdAt: changedAt,
        changedAt,
        resetRequired: input.PasswordResetRequired ?? false,
        history: [],
      };
      saveUserOnly(context, { ...user, loginProfile });
      return { LoginProfile: describe(user.principal.name, loginProfile) };
    },
  }),

  GetLoginProfile: operation<sdk.GetLoginProfileCommandInput, sdk.GetLoginProfileCommandOutput>({
    action: "iam:GetLoginProfile",
    target: (context, input) => ownerTarget(context, input.UserName),
    async run(context, input) {
      if (isCallingRoot(context, input.UserName)) {
        const root = await findRoot(context);
        if (!hasLoginProfile(root)) throw noProfile("root");
        const { passwordHash, passwordChangedAt, recoverableSince, createdAt } = root;
        const since = passwordHash === undefined ? recoverableSince : passwordChangedAt;
        const created = new Date(since ?? createdAt);
        return {
          LoginProfile: { UserName: undefined, CreateDate: created, PasswordResetRequired: false },
        };
      }
      const { user, profile } = await findProfile(
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
      const { user, profile } = await findProfile(context, input.UserName ?? "");
      const resetRequired = input.PasswordResetRequired ?? profile.resetRequired;
      const loginProfile =
        input.Password === undefined
          ? { ...profile, resetRequired }
          : await changed(context, profile, input.Password, resetRequired);
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
        if (!hasLoginProfile(before)) throw noProfile("root");
        unit.put(rootKey(account), withoutPassword(before));
        return {};
      }
      const found = await findProfile(context, userNameOrCaller(context, input.UserName));
      const { loginProfile: _, ...user } = found.user;
      saveUserOnly(context, user);
      return {};
    },
  }),
} as const;

/** In a root session: the root user may recover a password, and nobody chooses one for it. */
async function letRootRecover(
  context: OperationContext,
  { UserName: userName, Password: password }: sdk.CreateLoginProfileCommandInput,
) {
  const { account, unit, now } = context;
  refusePasswordOfRootSession(password);
  const root = await findRoot(context);
  if (!isCallingRoot(context, userName)) throw noProfile(userName ?? "");
  if (hasLoginProfile(root)) throw alreadyThere("root");
  unit.put(rootKey(account), { ...root, recoverableSince: now.toISOString() });
  return { LoginProfile: { UserName: undefined, CreateDate: now, PasswordResetRequired: false } };
}

function requiredPassword(password: string | undefined): string {
  if (password !== undefined) return password;
  throw validationError(
    "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null",
  );
}

/** The profile with another password, if the account's policy lets it be. @throws {ApiError} `PasswordPolicyViolation` */
export async function changed(
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

/** @throws {ApiError} `NoSuchEntity` */
export async function findProfile(
  context: OperationContext,
  name: string,
): Promise<{ readonly user: UserRecord; readonly profile: LoginProfile }> {
  const user = await findUser(context, name);
  if (user.loginProfile === undefined) throw noProfile(name);
  return { user, profile: user.loginProfile };
}

const describe = (name: string, { createdAt, resetRequired }: LoginProfile) => ({
  UserName: name,
  CreateDate: new Date(createdAt),
  PasswordResetRequired: resetRequired,
});

const noProfile = (name: string) => noSuchEntity(`Login Profile for User ${name} cannot be found.`);
const alreadyThere = (name: string) =>
  new ApiError("EntityAlreadyExists", `Login Profile for user ${name} already exists.`);
