import {
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
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

describe("a session ends", () => {
  it("when the access key that created it is deactivated or deleted", async () => {
    const user = await here.user("eve", allow("sts:GetFederationToken"));
    const session = await sessionToken(user);
    const federated = credentialsOf(
      (await here.sts(user).send(new GetFederationTokenCommand({ Name: "Eve" }))).Credentials,
    );
    const set = (Status: "Active" | "Inactive") =>
      here
        .iam()
        .send(
          new UpdateAccessKeyCommand({ UserName: "eve", AccessKeyId: user.accessKeyId, Status }),
        );
    await set("Inactive");
    for (const ended of [session, federated])
      expect(await refusal(identity(ended))).toEqual(INVALID);
    await set("Active");
    await identity(session);
    await here
      .iam()
      .send(new DeleteAccessKeyCommand({ UserName: "eve", AccessKeyId: user.accessKeyId }));
    for (const ended of [session, federated])
      expect(await refusal(identity(ended))).toEqual(INVALID);
  });

  it("when its role loses the permission, at the next request; when its role is deleted, for ever", async () => {
    const user = await here.user("finn", allow("sts:AssumeRole"));
    const role = await here.role("fading", trust(rootOf(ACCOUNT)), {
      document: allow("iam:ListUsers"),
    });
    const session = credentialsOf(
      (await here.sts(user).send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "s1" })))
        .Credentials,
    );
    const list = () => here.iam(session).send(new ListUsersCommand({}));
    await list();
    // What the console's "Revoke active sessions" attaches.
    const revoke = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Action: "*",
          Resource: "*",
          Condition: {
            DateLessThan: { "aws:TokenIssueTime": new Date(Date.now() + 1000).toISOString() },
          },
        },
      ],
    };
    await here.iam().send(
      new PutRolePolicyCommand({
        RoleName: "fading",
        PolicyName: "AWSRevokeOlderSessions",
        PolicyDocument: JSON.stringify(revoke),
      }),
    );
    expect(await refusal(list())).toMatchObject({
      code: "AccessDenied",
      message: expect.stringContaining("with an explicit deny in an identity-based policy"),
    });
    await here
      .iam()
      .send(
        new DeleteRolePolicyCommand({ RoleName: "fading", PolicyName: "AWSRevokeOlderSessions" }),
      );
    await list();
    await here.iam().send(new DeleteRolePolicyCommand({ RoleName: "fading", PolicyName: "own" }));
    expect((await refusal(list())).code).toBe("AccessDenied");
    await here.iam().send(new DeleteRoleCommand({ RoleName: "fading" }));
    expect(await refusal(identity(session))).toEqual(INVALID);
    await here.iam().send(
      new CreateRoleCommand({
        RoleName: "fading",
        AssumeRolePolicyDocument: JSON.stringify(trust(rootOf(ACCOUNT))),
      }),
    );
    expect(await refusal(identity(session))).toEqual(INVALID);
  });
});

describe("stateless", () => {
  it("assuming a role and using the session write nothing", async () => {
    const user = await here.user("ivy", allow("sts:AssumeRole"));
    const role = await here.role("often", trust(rootOf(ACCOUNT)));
    const before = await here.contents();
    for (let count = 0; count < 20; count++) {
      const { Credentials } = await here
        .sts(user)
        .send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "s1" }));
      await identity(credentialsOf(Credentials));
    }
    expect(await here.contents()).toEqual(before);
  });
});

describe("a session token that is not whole", () => {
  it("flipped, cut, lengthened, swapped or left out, it proves nothing", async () => {
    const user = await here.user("gus");
    const session = await sessionToken(user);
    const other = await sessionToken(user);
    const token = session.sessionToken;
    const bad = [
      token.slice(0, -1),
      token.slice(1),
      `${token}A`,
      `${token}.`,
      other.sessionToken,
      "",
      "x",
      token.replace(".", ""),
      token.toUpperCase(),
    ];
    for (let at = 0; at < token.length; at += 7) {
      const flipped = token[at] === "A" ? "B" : "A";
      bad.push(token.slice(0, at) + flipped + token.slice(at + 1));
    }
    for (const sessionToken of bad) {
      expect(await refusal(identity({ ...session, sessionToken })), sessionToken).toMatchObject({
        status: expect.toSatisfy((status) => status === 403),
      });
    }
    expect((await refusal(identity({ ...user, sessionToken: token }))).code).toBe(
      "InvalidClientTokenId",
    );
    expect(
      (
        await refusal(
          identity({ accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey }),
        )
      ).code,
    ).toBe("InvalidClientTokenId");
    expect(
      (await refusal(identity({ ...session, secretAccessKey: other.secretAccessKey }))).code,
    ).toBe("SignatureDoesNotMatch");
    await identity(session);
  });

  it("can be requested longer, and the answer has its length", async () => {
    const user = await here.user("hal");
    const answer = await here
      .sts(user)
      .send(new GetSessionTokenCommand({ MinimumSessionTokenSize: 4000 }));
    const token = answer.Credentials?.SessionToken ?? "";
    expect(token.length).toBeGreaterThanOrEqual(4000);
    expect(answer.SessionTokenSize).toBe(token.length);
    await identity(credentialsOf(answer.Credentials));
  });
});
