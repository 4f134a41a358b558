import {
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetDelegatedAccessTokenCommand,
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

const assume = (
  credentials: TestCredentials,
  RoleArn: string,
  rest: Partial<AssumeRoleCommandInput> = {},
) =>
  here
    .sts(credentials)
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "session-1", ...rest }));

describe("who am I", () => {
  it("GetCallerIdentity names root, users and role sessions, and no policy denies it", async () => {
    expect(await here.sts().send(new GetCallerIdentityCommand({}))).toMatchObject({
      UserId: ACCOUNT,
      Account: ACCOUNT,
      Arn: `arn:aws:iam::${ACCOUNT}:root`,
    });
    const denied = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
    };
    const user = await here.user("identity", denied);
    const answer = await here.sts(user).send(new GetCallerIdentityCommand({}));
    expect(answer).toMatchObject({
      Account: ACCOUNT,
      Arn: `arn:aws:iam::${ACCOUNT}:user/identity`,
    });
    expect(answer.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
  });

  it("GetAccessKeyInfo decodes the account; its refusal names no resource", async () => {
    const user = await here.user("keyinfo");
    expect(
      await here.sts().send(new GetAccessKeyInfoCommand({ AccessKeyId: user.accessKeyId })),
    ).toMatchObject({ Account: ACCOUNT });
    expect(
      await refusal(
        here.sts(user).send(new GetAccessKeyInfoCommand({ AccessKeyId: user.accessKeyId })),
      ),
    ).toEqual({
      code: "AccessDenied",
      status: 403,
      message: `User: arn:aws:iam::${ACCOUNT}:user/keyinfo is not authorized to perform: sts:GetAccessKeyInfo because no identity-based policy allows the sts:GetAccessKeyInfo action`,
    });
  });

  it("an operation of STS that is not offered answers AWS's error", async () => {
    const answer = await refusal(
      here.sts().send(new GetDelegatedAccessTokenCommand({ TradeInToken: "abc" })),
    );
    expect(answer).toMatchObject({ code: "InvalidAction", status: 400 });
    expect(answer.message).toContain("GetDelegatedAccessToken");
  });
});

describe("AssumeRole", () => {
  it("gives the role's permissions and no longer the user's own", async () => {
    const user = await here.user("anna", allow(["sts:AssumeRole", "iam:GetUser"]));
    const role = await here.role("reader", trust(rootOf(ACCOUNT)), {
      document: allow("iam:ListUsers"),
    });
    const answer = await assume(user, role);
    expect(answer.AssumedRoleUser?.Arn).toBe(
      `arn:aws:sts::${ACCOUNT}:assumed-role/reader/session-1`,
    );
    expect(answer.AssumedRoleUser?.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:session-1$/);
    expect(answer.PackedPolicySize).toBeUndefined();
    expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    const session = credentialsOf(answer.Credentials);
    await here.iam(session).send(new ListUsersCommand({}));
    expect(
      (await refusal(here.iam(session).send(new GetUserCommand({ UserName: "anna" })))).code,
    ).toBe("AccessDenied");
    expect(await here.sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/session-1`,
      UserId: answer.AssumedRoleUser?.AssumedRoleId,
    });
    expect(
      await here
        .sts(session)
        .send(new GetAccessKeyInfoCommand({ AccessKeyId: session.accessKeyId }))
        .catch(() => "denied"),
    ).toBe("denied");
  });

  it("a role that trusts the account still needs the caller's own permission; one that names the user does not", async () => {
    const user = await here.user("bert");
    const byAccount = await here.role("by-account", trust(rootOf(ACCOUNT)));
    const byName = await here.role("by-name", trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/bert` }));
    const denied = await refusal(assume(user, byAccount));
    expect(denied).toMatchObject({ code: "AccessDenied", status: 403 });
    expect(denied.message).toContain(
      `User: arn:aws:iam::${ACCOUNT}:user/bert is not authorized to perform: sts:AssumeRole on resource: ${byAccount}`,
    );
    await assume(user, byName);
  });

  it("a permission without the role's trust is worth nothing, and a role that is not there is refused in the same words", async () => {
    const user = await here.user("carl", allow("sts:AssumeRole"));
    const other = await here.role(
      "trusts-anna",
      trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/anna` }),
    );
    const there = await refusal(assume(user, other));
    const absent = await refusal(assume(user, other.replace("trusts-anna", "nobody-home")));
    expect(there).toMatchObject({ code: "AccessDenied", status: 403 });
    expect(absent).toEqual({
      ...there,
      message: there.message.replace("trusts-anna", "nobody-home"),
    });
    for (const odd of [
      other.replace("role/", "role/path/"),
      other.replace("trusts-anna", "TRUSTS-ANNA"),
      "arn:a:b:::something/test-role",
    ]) {
      expect((await refusal(assume(user, odd))).code).toBe("AccessDenied");
    }
  });

  it("a re-created user is not the one that the role trusts", async () => {
    await here.iam().send(new CreateUserCommand({ UserName: "dora" }));
    const role = await here.role("for-dora", trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/dora` }));
    await here.iam().send(new DeleteUserCommand({ UserName: "dora" }));
    const again = await here.user("dora", allow("sts:AssumeRole"));
    expect((await refusal(assume(again, role))).code).toBe("AccessDenied");
  });

  it("the root user can't assume roles", async () => {
    const role = await here.role("not-for-root", trust(rootOf(ACCOUNT)));
    expect(await refusal(assume(here.root(), role))).toEqual({
      code: "AccessDenied",
      status: 403,
      message: "Roles may not be assumed by root accounts.",
    });
  });

  it("refuses malformed input in AWS's words", async () => {
    const user = await here.user("emil", allow("sts:AssumeRole"));
    for (const bad of [
      "not-an-arn-at-all-at-all",
      "arn::iam::100000000000:role/x",
      "arn:aws::100000000000:role/x",
      "arn:aws:iam:us-east-1:role/x",
      "arn:aws:iam::100000000000:",
    ]) {
      expect(await refusal(assume(user, bad))).toEqual({
        code: "ValidationError",
        status: 400,
        message: `${bad} is invalid`,
      });
    }
    const name = await refusal(
      assume(user, "arn:a:b:::something/test-role", { RoleSessionName: "Session1:2" }),
    );
    expect(name.code).toBe("ValidationError");
    expect(name.message).toContain(
      "'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    );
    const role = await here.role("for-emil", trust(rootOf(ACCOUNT)));
    const ProvidedContexts = [
      { ProviderArn: "arn:aws:iam::aws:contextProvider/IdentityCenter", ContextAssertion: "abcd" },
    ];
    expect((await refusal(assume(user, role, { ProvidedContexts }))).code).toBe("ValidationError");
    expect((await refusal(assume(user, role, { DurationSeconds: 899 }))).code).toBe(
      "ValidationError",
    );
    expect((await refusal(assume(user, role, { Policy: "{" }))).code).toBe(
      "MalformedPolicyDocument",
    );
    expect(
      (
        await refusal(
          assume(user, role, { PolicyArns: [{ arn: `arn:aws:iam::${ACCOUNT}:policy/none` }] }),
        )
      ).code,
    ).toBe("ValidationError");
  });

  it("sessions last an hour, or as long as the role allows; chained ones an hour at most", async () => {
    const user = await here.user("fred", allow("sts:AssumeRole"));
    const long = await here.role("long", trust(rootOf(ACCOUNT)), {
      maxSeconds: 7200,
      document: allow("sts:AssumeRole"),
    });
    const seconds = (answer: { Credentials?: { Expiration: Date | undefined } | undefined }) =>
      Math.round(((answer.Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 10_000) * 10;
    expect(seconds(await assume(user, long))).toBe(3600);
    const session = await assume(user, long, { DurationSeconds: 7200 });
    expect(seconds(session)).toBe(7200);
    expect(await refusal(assume(user, long, { DurationSeconds: 7201 }))).toMatchObject({
      code: "ValidationError",
      message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    });
    const chained = credentialsOf(session.Credentials);
    expect(seconds(await assume(chained, long))).toBe(3600);
    expect(await refusal(assume(chained, long, { DurationSeconds: 3601 }))).toMatchObject({
      code: "ValidationError",
      message:
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    });
  });

  it("ExternalId: missing, wrong, right", async () => {
    const user = await here.user("gina", allow("sts:AssumeRole"));
    const role = await here.role(
      "third-party",
      trust(rootOf(ACCOUNT), "sts:AssumeRole", {
        StringEquals: { "sts:ExternalId": "Example987" },
      }),
    );
    expect((await refusal(assume(user, role))).code).toBe("AccessDenied");
    expect((await refusal(assume(user, role, { ExternalId: "example987" }))).code).toBe(
      "AccessDenied",
    );
    await assume(user, role, { ExternalId: "Example987" });
  });

  it("session policies and policy ARNs narrow the session, own account included", async () => {
    const user = await here.user("hans", allow("sts:AssumeRole"));
    const role = await here.role("broad", trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/hans` }), {
      document: allow("iam:*"),
    });
    const narrowed = await assume(user, role, { Policy: JSON.stringify(allow("iam:GetUser")) });
    expect(narrowed.PackedPolicySize).toBeGreaterThan(0);
    const session = credentialsOf(narrowed.Credentials);
    await here.iam(session).send(new GetUserCommand({ UserName: "hans" }));
    expect(await refusal(here.iam(session).send(new ListUsersCommand({})))).toMatchObject({
      code: "AccessDenied",
      message: expect.stringMatching(/because no session policy allows the iam:ListUsers action$/),
    });
    const { Policy: policy } = await here.iam().send(
      new CreatePolicyCommand({
        PolicyName: "listing",
        PolicyDocument: JSON.stringify(allow("iam:ListUsers")),
      }),
    );
    const byArn = credentialsOf(
      (await assume(user, role, { PolicyArns: [{ arn: policy?.Arn }] })).Credentials,
    );
    await here.iam(byArn).send(new ListUsersCommand({}));
    expect(
      (await refusal(here.iam(byArn).send(new GetUserCommand({ UserName: "hans" })))).code,
    ).toBe("AccessDenied");
    const many = Array.from({ length: 50 }, (_, index) => ({
      Key: `key-${index}-${"k".repeat(100)}`,
      Value: Array.from({ length: 200 }, () =>
        String.fromCharCode(97 + Math.floor(Math.random() * 26)),
      ).join(""),
    }));
    const tagging = await here.role(
      "tagging",
      trust(rootOf(ACCOUNT), ["sts:AssumeRole", "sts:TagSession"]),
    );
    const tagger = await here.user("tagger", allow(["sts:AssumeRole", "sts:TagSession"]));
    expect(await refusal(assume(tagger, tagging, { Tags: many }))).toMatchObject({
      code: "PackedPolicyTooLarge",
      status: 400,
      message: expect.stringMatching(
        /^Packed policy consumes \d+% of allotted space, please use smaller policy\.$/,
      ),
    });
  });
});

describe("session tags and source identity", () => {
  const tag = (Key: string, Value = "1") => ({ Key, Value });

  it("sts:TagSession must be allowed by the caller's policies and by the trust", async () => {
    const user = await here.user("ida", allow("sts:AssumeRole"));
    const may = await here.user("ivan", allow(["sts:AssumeRole", "sts:TagSession"]));
    const closed = await here.role("no-tags", trust(rootOf(ACCOUNT)));
    const open = await here.role(
      "tags",
      trust(rootOf(ACCOUNT), ["sts:AssumeRole", "sts:TagSession"]),
      {
        document: allow("iam:GetUser", "*", { StringEquals: { "aws:PrincipalTag/team": "blue" } }),
      },
    );
    for (const [who, role] of [
      [user, open],
      [may, closed],
    ] as const) {
      expect((await refusal(assume(who, role, { Tags: [tag("team")] }))).message).toContain(
        "is not authorized to perform: sts:TagSession on resource:",
      );
    }
    const blue = credentialsOf(
      (await assume(may, open, { Tags: [tag("Team", "blue")] })).Credentials,
    );
    await here.iam(blue).send(new GetUserCommand({ UserName: "ida" }));
    const red = credentialsOf(
      (await assume(may, open, { Tags: [tag("team", "red")] })).Credentials,
    );
    expect((await refusal(here.iam(red).send(new GetUserCommand({ UserName: "ida" })))).code).toBe(
      "AccessDenied",
    );
  });

  it("keys are compared without case; transitive ones go along a chain and can't be changed", async () => {
    const both = ["sts:AssumeRole", "sts:TagSession"];
    const user = await here.user("jan", allow(both));
    const first = await here.role("first", trust(rootOf(ACCOUNT), both), { document: allow(both) });
    const second = await here.role("second", trust(rootOf(ACCOUNT), both), {
      document: allow("iam:GetUser", "*", { StringEquals: { "aws:PrincipalTag/project": "x" } }),
    });
    const untagged = await here.role("untagged", trust(rootOf(ACCOUNT)));
    expect(await refusal(assume(user, first, { Tags: [tag("a"), tag("A")] }))).toMatchObject({
      code: "InvalidParameterValue",
      message: "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    });
    expect(
      await refusal(assume(user, first, { Tags: [tag("a")], TransitiveTagKeys: ["b"] })),
    ).toMatchObject({
      code: "InvalidParameterValue",
      message: "The specified transitive tag key must be included in the requested tags.",
    });
    const session = credentialsOf(
      (
        await assume(user, first, {
          Tags: [tag("Project", "x"), tag("own")],
          TransitiveTagKeys: ["project"],
        })
      ).Credentials,
    );
    for (const key of ["Project", "PROJECT"]) {
      expect(await refusal(assume(session, second, { Tags: [tag(key)] }))).toMatchObject({
        code: "InvalidParameterValue",
        message:
          "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      });
    }
    expect((await refusal(assume(session, untagged))).message).toContain("sts:TagSession");
    const chained = credentialsOf((await assume(session, second)).Credentials);
    await here.iam(chained).send(new GetUserCommand({ UserName: "jan" }));
  });

  it("a source identity needs sts:SetSourceIdentity, is seen by policies, and stays", async () => {
    const both = ["sts:AssumeRole", "sts:SetSourceIdentity"];
    const user = await here.user("karl", allow(both));
    const closed = await here.role("no-source", trust(rootOf(ACCOUNT)));
    const open = await here.role(
      "source",
      trust(rootOf(ACCOUNT), both, { StringLike: { "sts:SourceIdentity": "ka*" } }),
      { document: allow(both) },
    );
    await here.iam().send(
      new PutRolePolicyCommand({
        RoleName: "source",
        PolicyName: "see",
        PolicyDocument: JSON.stringify(
          allow("iam:GetUser", "*", { StringEquals: { "aws:SourceIdentity": "karl" } }),
        ),
      }),
    );
    expect((await refusal(assume(user, closed, { SourceIdentity: "karl" }))).message).toContain(
      "sts:SetSourceIdentity",
    );
    expect((await refusal(assume(user, open, { SourceIdentity: "someone" }))).code).toBe(
      "AccessDenied",
    );
    const answer = await assume(user, open, { SourceIdentity: "karl" });
    expect(answer.SourceIdentity).toBe("karl");
    const session = credentialsOf(answer.Credentials);
    await here.iam(session).send(new GetUserCommand({ UserName: "karl" }));
    expect((await assume(session, open)).SourceIdentity).toBe("karl");
    expect((await refusal(assume(session, open, { SourceIdentity: "kaspar" }))).code).toBe(
      "AccessDenied",
    );
  });
});
