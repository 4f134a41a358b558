import { GetUserCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { enableDevice } from "../../support/mfa-code.ts";
import {
  ACCOUNT,
  allow,
  credentialsOf,
  refusal,
  rootOf,
  stsInstallation,
  type TestCredentials,
  trust,
} from "../../support/sts-installation.ts";

const here = stsInstallation();

const INVALID = {
  code: "InvalidClientTokenId",
  status: 403,
  message: "The security token included in the request is invalid.",
};
const identity = (credentials: TestCredentials) =>
  here.sts(credentials).send(new GetCallerIdentityCommand({}));
const sessionToken = async (credentials: TestCredentials, input = {}) =>
  credentialsOf((await here.sts(credentials).send(new GetSessionTokenCommand(input))).Credentials);
const secondsLeft = (expiration: Date | undefined) =>
  Math.round(((expiration?.getTime() ?? 0) - Date.now()) / 10_000) * 10;

describe("GetSessionToken", () => {
  it("needs no permission, lasts 12 hours, an hour for root, and stands for the same user", async () => {
    const user = await here.user("amy");
    const { Credentials: credentials } = await here.sts(user).send(new GetSessionTokenCommand({}));
    expect(secondsLeft(credentials?.Expiration)).toBe(43_200);
    expect(await identity(credentialsOf(credentials))).toMatchObject({
      Arn: `arn:aws:iam::${ACCOUNT}:user/amy`,
    });
    const root = await here.sts().send(new GetSessionTokenCommand({ DurationSeconds: 43_200 }));
    expect(secondsLeft(root.Credentials?.Expiration)).toBe(3600);
    expect((await refusal(sessionToken(user, { DurationSeconds: 129_601 }))).code).toBe(
      "ValidationError",
    );
  });

  it("without MFA its credentials can't call IAM, and of STS only AssumeRole and GetCallerIdentity", async () => {
    const user = await here.user("ben", allow("*"));
    const role = await here.role("for-ben", trust(rootOf(ACCOUNT)));
    const session = await sessionToken(user);
    expect(await refusal(here.iam(session).send(new ListUsersCommand({})))).toEqual(INVALID);
    expect(await refusal(sessionToken(session))).toEqual({
      code: "AccessDenied",
      status: 403,
      message: "Cannot call GetSessionToken with session credentials",
    });
    expect(
      await refusal(here.sts(session).send(new GetFederationTokenCommand({ Name: "ben" }))),
    ).toMatchObject({ message: "Cannot call GetFederationToken with session credentials" });
    const assumed = credentialsOf(
      (
        await here
          .sts(session)
          .send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "s1" }))
      ).Credentials,
    );
    expect(await refusal(sessionToken(assumed))).toMatchObject({
      message: "Cannot call GetSessionToken with session credentials",
    });
  });

  it("its credentials assume a role for an hour at most", async () => {
    const session = await sessionToken(await here.user("bea", allow("*")));
    const role = await here.role("for-bea", trust(rootOf(ACCOUNT)), { maxSeconds: 43_200 });
    const assume = (DurationSeconds?: number) =>
      here
        .sts(session)
        .send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "s1", DurationSeconds }));
    expect(await refusal(assume(3601))).toEqual({
      code: "ValidationError",
      status: 400,
      message:
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    });
    expect(secondsLeft((await assume(3600)).Credentials?.Expiration)).toBe(3600);
    expect(secondsLeft((await assume()).Credentials?.Expiration)).toBe(3600);
  });

  it("with an MFA code it calls IAM, and policies see when the code was given; a code works once", async () => {
    const mfaOnly = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["iam:GetUser", "sts:AssumeRole"],
          Resource: "*",
          Condition: {
            Bool: { "aws:MultiFactorAuthPresent": "true" },
            NumericLessThan: { "aws:MultiFactorAuthAge": "60" },
          },
        },
      ],
    };
    const user = await here.user("cleo", mfaOnly);
    const role = await here.role(
      "with-mfa",
      trust(rootOf(ACCOUNT), "sts:AssumeRole", { Bool: { "aws:MultiFactorAuthPresent": "true" } }),
    );
    const device = await enableDevice(here.iam(), "cleo", "cleo");
    const getUser = (credentials: TestCredentials) =>
      here.iam(credentials).send(new GetUserCommand({ UserName: "cleo" }));
    expect((await refusal(getUser(user))).code).toBe("AccessDenied");

    const wrong = await refusal(
      sessionToken(user, { SerialNumber: device.serial, TokenCode: device.wrongCode() }),
    );
    expect(wrong).toMatchObject({
      code: "AccessDenied",
      status: 403,
      message: "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    });
    const alien = await refusal(
      sessionToken(here.root(), { SerialNumber: device.serial, TokenCode: device.wrongCode() }),
    );
    expect(alien.message).toBe(
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    );
    expect((await refusal(sessionToken(user, { SerialNumber: device.serial }))).code).toBe(
      "AccessDenied",
    );

    const code = device.code();
    const concurrently = await Promise.allSettled(
      Array.from({ length: 4 }, () =>
        sessionToken(user, { SerialNumber: device.serial, TokenCode: code }),
      ),
    );
    const proven = concurrently.flatMap((result) =>
      result.status === "fulfilled" ? [result.value] : [],
    );
    expect(proven).toHaveLength(1);
    const [session] = proven;
    if (session === undefined) throw new Error("no session");
    await getUser(session);

    const assume = (credentials: TestCredentials, rest = {}) =>
      here
        .sts(credentials)
        .send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "s1", ...rest }));
    await assume(session);
    expect((await refusal(assume(user))).code).toBe("AccessDenied");
    expect(
      (await refusal(assume(user, { SerialNumber: device.serial, TokenCode: code }))).message,
    ).toContain("invalid MFA one time pass code");
    await assume(user, { SerialNumber: device.serial, TokenCode: device.code() });
  });
});

describe("GetFederationToken", () => {
  it("gives no more than its policy and the user both allow, and nothing without a policy", async () => {
    const user = await here.user(
      "dan",
      allow(["sts:GetFederationToken", "sts:TagSession", "orders:ListOrders"]),
    );
    const answer = await here
      .sts(user)
      .send(new GetFederationTokenCommand({ Name: "Bob", DurationSeconds: 900 }));
    expect(answer).toMatchObject({
      FederatedUser: {
        FederatedUserId: `${ACCOUNT}:Bob`,
        Arn: `arn:aws:sts::${ACCOUNT}:federated-user/Bob`,
      },
      PackedPolicySize: 0,
    });
    expect(secondsLeft(answer.Credentials?.Expiration)).toBe(900);
    const session = credentialsOf(answer.Credentials);
    expect(await identity(session)).toMatchObject({
      UserId: `${ACCOUNT}:Bob`,
      Arn: `arn:aws:sts::${ACCOUNT}:federated-user/Bob`,
      Account: ACCOUNT,
    });
    expect(await refusal(here.iam(session).send(new ListUsersCommand({})))).toEqual(INVALID);
    expect(
      (
        await refusal(
          here.sts(session).send(
            new AssumeRoleCommand({
              RoleArn: `arn:aws:iam::${ACCOUNT}:role/x`,
              RoleSessionName: "s1",
            }),
          ),
        )
      ).code,
    ).toBe("AccessDenied");
    const other = await here.user("dina");
    expect(
      (await refusal(here.sts(other).send(new GetFederationTokenCommand({ Name: "Bob" })))).message,
    ).toContain(
      `is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::${ACCOUNT}:federated-user/Bob`,
    );
  });
});
