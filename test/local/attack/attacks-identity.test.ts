import {
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { allow, deny, document, user } from "../../support/people.ts";
import { roleTrust } from "../../support/trust.ts";

/** Attacks by who one is, or says to be, against the running gateways. */
let here: TestInstallation;
beforeAll(async () => {
  here = await startInstallation();
});
afterAll(() => here.stop());

const statuses = async (who: TestCredentials) => [
  (await here.call(who, "GET", "/whoami")).status,
  (await here.call(who, "GET", "/orders")).status,
  (await here.call(who, "GET", "/prod/orders", { url: here.local.restUrl })).status,
];
const managed = async (PolicyName: string, ...statements: readonly object[]) =>
  (
    await here.iam.send(
      new CreatePolicyCommand({ PolicyName, PolicyDocument: document(...statements) }),
    )
  ).Policy?.Arn;

describe("somebody who may do everything, limited by", () => {
  let owner: TestCredentials;
  const RoleArn = () => `arn:aws:iam::${here.account}:role/everything`;
  const assume = async (limits: object) => {
    const { Credentials } = await here
      .stsAs(owner)
      .send(new AssumeRoleCommand({ RoleArn: RoleArn(), RoleSessionName: "one", ...limits }));
    return credentialsOf(Credentials);
  };
  beforeAll(async () => {
    owner = await user(here, "owner", allow("*"));
    await here.iam.send(
      new CreateRoleCommand({
        RoleName: "everything",
        AssumeRolePolicyDocument: roleTrust(here.account),
      }),
    );
    await here.iam.send(
      new PutRolePolicyCommand({
        RoleName: "everything",
        PolicyName: "own",
        PolicyDocument: document(allow("*")),
      }),
    );
  });

  // MinIO GHSA-xx8w-mq23-29g4: a session's policy did not count in the session's own account.
  it("a session policy: it counts in one's own account as well", async () => {
    expect(await statuses(await assume({}))).toEqual([200, 200, 200]);
    expect(await statuses(await assume({ Policy: document(allow("execute-api:Invoke")) }))).toEqual(
      [200, 403, 403],
    );
    const PolicyArns = [{ arn: await managed("invoke", allow("execute-api:Invoke")) }];
    expect(await statuses(await assume({ PolicyArns }))).toEqual([200, 403, 403]);
    const Policy = document(allow("*"), deny("orders:*"));
    expect(await statuses(await assume({ Policy }))).toEqual([200, 403, 403]);
  });

  it("a federation's policy, or its lack", async () => {
    const federate = async (more: object) => {
      const { Credentials } = await here
        .stsAs(owner)
        .send(new GetFederationTokenCommand({ Name: "fed", ...more }));
      return credentialsOf(Credentials);
    };
    expect(await statuses(await federate({}))).toEqual([403, 403, 403]);
    expect(await statuses(await federate({ Policy: document(allow("orders:*")) }))).toEqual([
      403, 200, 200,
    ]);
  });

  it("a permissions boundary, at the next request, in sessions that were there before too", async () => {
    const { Credentials } = await here.stsAs(owner).send(new GetSessionTokenCommand({}));
    const session = credentialsOf(Credentials);
    expect(await statuses(session)).toEqual([200, 200, 200]);
    const PermissionsBoundary = await managed("only-orders", allow("orders:*"));
    await here.iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName: "owner", PermissionsBoundary }),
    );
    expect(await statuses(owner)).toEqual([403, 200, 200]);
    expect(await statuses(session)).toEqual([403, 200, 200]);
  });
});

describe("credentials that have had their time", () => {
  const role = "brief";
  const trust = () => ({
    Effect: "Allow",
    Principal: { AWS: here.account },
    Action: "sts:AssumeRole",
  });
  const own = (Statement: object) => ({
    RoleName: role,
    PolicyName: "own",
    PolicyDocument: document(allow("*"), Statement),
  });
  const make = async () => {
    const { iam } = here;
    await iam.send(
      new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: document(trust()) }),
    );
    await iam.send(new PutRolePolicyCommand(own(allow("*"))));
  };
  const assume = async (who: TestCredentials) => {
    const RoleArn = `arn:aws:iam::${here.account}:role/${role}`;
    const { Credentials } = await here
      .stsAs(who)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "one" }));
    return credentialsOf(Credentials);
  };
  const status = async (who: TestCredentials) => (await here.call(who, "GET", "/whoami")).status;

  it("are no more when their role is gone, though another takes its name", async () => {
    const { iam } = here;
    const who = await user(here, "rita", allow("sts:AssumeRole"));
    await make();
    const session = await assume(who);
    expect(await status(session)).toBe(200);
    // AWSRevokeOlderSessions, as AWS's console attaches it.
    const Condition = {
      DateLessThan: { "aws:TokenIssueTime": new Date(Date.now() + 2_000).toISOString() },
    };
    await iam.send(new PutRolePolicyCommand(own({ ...deny("*"), Condition })));
    expect(await status(session)).toBe(403);
    await iam.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: "own" }));
    await iam.send(new DeleteRoleCommand({ RoleName: role }));
    expect(await status(session)).toBe(401);
    await make();
    expect(await status(session)).toBe(401);
    expect(await status(await assume(who))).toBe(200);
  });

  it("are no more when their user is gone, or the key that they came from", async () => {
    const { iam } = here;
    const UserName = "saul";
    const who = await user(here, UserName, allow("*"));
    const { Credentials } = await here.stsAs(who).send(new GetSessionTokenCommand({}));
    const session = credentialsOf(Credentials);
    const AccessKeyId = who.accessKeyId;
    expect([await status(who), await status(session)]).toEqual([200, 200]);
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
    expect([await status(who), await status(session)]).toEqual([401, 401]);
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Active" }));
    expect([await status(who), await status(session)]).toEqual([200, 200]);
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "own" }));
    await iam.send(new DeleteUserCommand({ UserName }));
    await user(here, UserName, allow("*"));
    expect([await status(who), await status(session)]).toEqual([401, 401]);
  });
});

describe("names that are not what they seem", () => {
  it("can't be another's in other letters", async () => {
    await user(here, "admin", allow("*"));
    for (const UserName of ["ADMIN", "Admin"])
      await expect(here.iam.send(new CreateUserCommand({ UserName }))).rejects.toThrow(
        /already exists/,
      );
    // A Cyrillic letter is no letter of a name.
    await expect(
      here.iam.send(new CreateUserCommand({ UserName: "\u0430dmin" })),
    ).rejects.toThrow();
  });

  it.each(["__proto__", "constructor", "toString"])(
    "grant no permission: %s, as name and as tag key",
    async (name) => {
      const UserName = name;
      const who = await user(here, name);
      const mayIf = (Condition: object) =>
        here.iam.send(
          new PutUserPolicyCommand({
            UserName,
            PolicyName: "own",
            PolicyDocument: document({ ...allow("execute-api:Invoke"), Condition }),
          }),
        );
      const status = async () => (await here.call(who, "GET", "/whoami")).status;
      // A tag that is not there is not there, whatever objects inherit by that name.
      await mayIf({ Null: { [`aws:PrincipalTag/${name}`]: "false" } });
      expect(await status()).toBe(403);
      await mayIf({ StringEquals: { "aws:username": name, [`aws:PrincipalTag/${name}`]: "blue" } });
      expect(await status()).toBe(403);
      await here.iam.send(new TagUserCommand({ UserName, Tags: [{ Key: name, Value: "blue" }] }));
      expect(await here.call(who, "GET", "/whoami")).toMatchObject({
        status: 200,
        body: { userName: name, [`tag:${name}`]: "blue" },
      });
      expect((await here.call(who, "GET", `/orders/${name}`)).status).toBe(403);
    },
  );
});
