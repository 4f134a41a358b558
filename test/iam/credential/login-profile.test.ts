import {
  ChangePasswordCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteLoginProfileCommand,
  DeleteUserPolicyCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  PutUserPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { accessDenied, alreadyExists, noSuchEntity } from "../../support/expected.ts";
import { credentialsOf, startInstallation, type TestInstallation } from "../../support/harness.ts";
import { policy, refusal } from "../../support/refusal.ts";

let test: TestInstallation;
beforeAll(async () => {
  test = await startInstallation();
});
afterAll(() => test.stop());

const GOOD = "Right-horse-1";
const violation = (message: string) => ({ code: "PasswordPolicyViolation", message, status: 400 });
const noProfile = (name: string) => noSuchEntity(`Login Profile for User ${name} cannot be found.`);

const createUser = (UserName: string) => test.iam.send(new CreateUserCommand({ UserName }));
const create = async (UserName: string, Password: string, PasswordResetRequired?: boolean) => {
  const reset = PasswordResetRequired === undefined ? {} : { PasswordResetRequired };
  return (await test.iam.send(new CreateLoginProfileCommand({ UserName, Password, ...reset })))
    .LoginProfile;
};
const get = async (UserName: string) =>
  (await test.iam.send(new GetLoginProfileCommand({ UserName }))).LoginProfile;
const update = (UserName: string, change: { Password?: string; PasswordResetRequired?: boolean }) =>
  test.iam.send(new UpdateLoginProfileCommand({ UserName, ...change }));
const remove = (UserName: string) => test.iam.send(new DeleteLoginProfileCommand({ UserName }));

describe("login profiles", () => {
  it("is made, shown, changed and deleted; the password is never shown", async () => {
    await createUser("ana");
    const made = await create("ana", GOOD, true);
    expect(made).toEqual({
      UserName: "ana",
      CreateDate: expect.any(Date),
      PasswordResetRequired: true,
    });
    expect(await get("ana")).toEqual(made);
    expect(await refusal(create("ANA", GOOD))).toEqual(
      alreadyExists("Login Profile for user ana already exists."),
    );
    await update("ana", { PasswordResetRequired: false });
    expect(await get("ana")).toEqual({ ...made, PasswordResetRequired: false });
    await update("ana", { Password: "Another-horse-2" });
    expect(await get("ana")).toEqual({ ...made, PasswordResetRequired: false });
    await remove("ana");
    expect(await refusal(get("ana"))).toEqual(noProfile("ana"));
    expect(await refusal(remove("ana"))).toEqual(noProfile("ana"));
    expect(await refusal(update("ana", { Password: GOOD }))).toEqual(noProfile("ana"));
  });

  it("names the user that is missing", async () => {
    const noUser = noSuchEntity("The user with name nobody cannot be found.");
    expect(await refusal(create("nobody", GOOD))).toEqual(noUser);
    expect(await refusal(get("nobody"))).toEqual(noUser);
    expect(await refusal(update("nobody", { Password: GOOD }))).toEqual(noUser);
    expect(await refusal(remove("nobody"))).toEqual(noUser);
  });

  it("lets one of five who set a first password at once win", async () => {
    await createUser("raced");
    const sent = await Promise.allSettled(Array.from({ length: 5 }, () => create("raced", GOOD)));
    expect(sent.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  });

  it("refuses weak passwords by AWS's default, with AWS's words", async () => {
    await createUser("weak");
    expect(await refusal(create("weak", "Aa1-"))).toEqual(
      violation("Password should have a minimum length of 8"),
    );
    expect(await refusal(create("weak", "lower1234"))).toEqual(
      violation(
        "Password should meet 1 more of the following requirements: Password should have at least one uppercase letter, Password should have at least one symbol",
      ),
    );
    expect(await refusal(create("weak", "lowercase"))).toMatchObject({
      message: expect.stringMatching(
        /^Password should meet 2 more of the following requirements: /,
      ),
    });
    expect(await refusal(get("weak"))).toEqual(noProfile("weak"));
  });

  it("keeps the root user's own password, when the root user names no user", async () => {
    const own = { Password: GOOD };
    // The installation sets one at its start.
    await test.iam.send(new DeleteLoginProfileCommand({})).catch(() => undefined);
    expect(await refusal(test.iam.send(new GetLoginProfileCommand({})))).toMatchObject({
      code: "NoSuchEntity",
    });
    expect(await refusal(test.iam.send(new DeleteLoginProfileCommand({})))).toMatchObject({
      code: "NoSuchEntity",
    });
    await test.iam.send(new CreateLoginProfileCommand(own));
    const { LoginProfile } = await test.iam.send(new GetLoginProfileCommand({}));
    expect(LoginProfile).toEqual({ CreateDate: expect.any(Date), PasswordResetRequired: false });
    expect(await refusal(test.iam.send(new CreateLoginProfileCommand(own)))).toMatchObject({
      code: "EntityAlreadyExists",
    });
  });
});

describe("the account password policy", () => {
  afterEach(async () => {
    await test.iam.send(new DeleteAccountPasswordPolicyCommand({})).catch(() => undefined);
  });
  const getPolicy = async () =>
    (await test.iam.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy;

  it("is absent at first, set whole, and deleted", async () => {
    const none = noSuchEntity(
      `The Password Policy with domain name ${test.account} cannot be found.`,
    );
    expect(await refusal(getPolicy())).toEqual(none);
    expect(await refusal(test.iam.send(new DeleteAccountPasswordPolicyCommand({})))).toEqual(none);
    await test.iam.send(
      new UpdateAccountPasswordPolicyCommand({
        MinimumPasswordLength: 12,
        RequireNumbers: true,
        MaxPasswordAge: 90,
        PasswordReusePrevention: 3,
        HardExpiry: true,
      }),
    );
    expect(await getPolicy()).toEqual({
      MinimumPasswordLength: 12,
      RequireSymbols: false,
      RequireNumbers: true,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: true,
      MaxPasswordAge: 90,
      PasswordReusePrevention: 3,
      HardExpiry: true,
    });
    await test.iam.send(new UpdateAccountPasswordPolicyCommand({ RequireSymbols: true }));
    expect(await getPolicy()).toEqual({
      MinimumPasswordLength: 6,
      RequireSymbols: true,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    });
    await test.iam.send(new DeleteAccountPasswordPolicyCommand({}));
    expect(await refusal(getPolicy())).toEqual(none);
  });

  it("rules the passwords that are set from then on", async () => {
    await createUser("ruled");
    await test.iam.send(
      new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 10, RequireSymbols: true }),
    );
    expect(await refusal(create("ruled", "short-1"))).toEqual(
      violation("Password should have a minimum length of 10"),
    );
    expect(await refusal(create("ruled", "lowercase1"))).toEqual(
      violation("Password should have at least one symbol"),
    );
    await create("ruled", "lowercase-");
    await remove("ruled");
  });

  it("forbids the last passwords, not those before", async () => {
    await createUser("repeating");
    await test.iam.send(new UpdateAccountPasswordPolicyCommand({ PasswordReusePrevention: 2 }));
    await create("repeating", "first-1");
    await update("repeating", { Password: "second-2" });
    for (const Password of ["first-1", "second-2"]) {
      expect(await refusal(update("repeating", { Password }))).toMatchObject({
        code: "PasswordPolicyViolation",
      });
    }
    await update("repeating", { Password: "third-3" });
    await update("repeating", { Password: "first-1" });
  });

  it("refuses numbers out of AWS's ranges", async () => {
    for (const change of [
      { MinimumPasswordLength: 5 },
      { MaxPasswordAge: 0 },
      { PasswordReusePrevention: 25 },
    ]) {
      const sent = test.iam.send(new UpdateAccountPasswordPolicyCommand(change));
      expect(await refusal(sent), JSON.stringify(change)).toMatchObject({
        code: "ValidationError",
        status: 400,
      });
    }
  });
});

describe("ChangePassword", () => {
  const userWithKey = async (UserName: string) => {
    await createUser(UserName);
    const { AccessKey } = await test.iam.send(new CreateAccessKeyCommand({ UserName }));
    return test.iamAs(credentialsOf(AccessKey));
  };

  it("needs permission, which the account's policy can give to everyone, and a deny takes away", async () => {
    const iam = await userWithKey("changer");
    await create("changer", GOOD, true);
    const change = (OldPassword: string, NewPassword: string) =>
      iam.send(new ChangePasswordCommand({ OldPassword, NewPassword }));
    const arn = `arn:aws:iam::${test.account}:user/changer`;
    expect(await refusal(change(GOOD, "Other-horse-2"))).toEqual(
      accessDenied(
        `User: ${arn} is not authorized to perform: iam:ChangePassword on resource: user changer because no identity-based policy allows the iam:ChangePassword action`,
      ),
    );
    await test.iam.send(
      new UpdateAccountPasswordPolicyCommand({ AllowUsersToChangePassword: true }),
    );
    // That gives nothing else.
    expect(await refusal(iam.send(new GetUserCommand({})))).toMatchObject({ code: "AccessDenied" });
    expect(await refusal(change("wrong", "Other-horse-2"))).toEqual(
      accessDenied("The old password was incorrect."),
    );
    await change(GOOD, "Other-horse-2");
    expect((await get("changer"))?.PasswordResetRequired).toBe(false);
    expect(await refusal(change(GOOD, "Third-horse-3"))).toMatchObject({ code: "AccessDenied" });
    expect(await refusal(change("Other-horse-2", "five5"))).toMatchObject({
      code: "PasswordPolicyViolation",
    });

    const inline = { UserName: "changer", PolicyName: "deny" };
    const PolicyDocument = policy("Deny", "iam:ChangePassword");
    await test.iam.send(new PutUserPolicyCommand({ ...inline, PolicyDocument }));
    expect((await refusal(change("Other-horse-2", "Third-horse-3"))).message).toContain(
      "with an explicit deny in an identity-based policy",
    );
    await test.iam.send(new DeleteUserPolicyCommand(inline));
    await test.iam.send(new DeleteAccountPasswordPolicyCommand({}));
  });

  it("is for users who have a password", async () => {
    const iam = await userWithKey("keyed");
    const PolicyDocument = policy(
      "Allow",
      "iam:ChangePassword",
      `arn:aws:iam::${test.account}:user/keyed`,
    );
    await test.iam.send(
      new PutUserPolicyCommand({ UserName: "keyed", PolicyName: "own", PolicyDocument }),
    );
    const passwords = { OldPassword: GOOD, NewPassword: "Other-horse-2" };
    expect(await refusal(iam.send(new ChangePasswordCommand(passwords)))).toEqual(
      noProfile("keyed"),
    );
    expect(await refusal(test.iam.send(new ChangePasswordCommand(passwords)))).toMatchObject({
      code: "InvalidUserType",
      status: 400,
    });
  });
});
