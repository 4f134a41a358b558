import {
  CreatePolicyCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { credentialsOf, type TestCredentials, type TestInstallation } from "../support/harness.ts";
import { allow, deny, document, session, user } from "../support/people.ts";
import { stopFaultless } from "../support/stop-faultless.ts";
import { order, questions, startAsked } from "./asking.ts";

let installation: TestInstallation;
let asker: TestCredentials;
let account: string;

beforeAll(async () => {
  ({ installation, asker } = await startAsked());
  account = installation.account;
});
afterAll(() => stopFaultless(installation));

const { alice, decisionOf, evaluate, question } = questions(() => ({ installation, asker }));

describe("an evaluation", () => {
  it("decides as the authorizer does, and names the decision", async () => {
    const allowed = await evaluate(question("orders:GetOrder"));
    expect(allowed.status).toBe(200);
    expect(allowed.headers["content-type"]).toBe("application/json");
    expect(allowed.headers["cache-control"]).toBe("no-store");
    expect(allowed.body).toEqual({ decision: true, context: { id: expect.any(String) } });
    const denied = await evaluate(question("orders:GetOrder", { id: "2" }));
    expect(denied.status).toBe(200);
    expect(denied.body).toEqual({
      decision: false,
      context: {
        id: expect.any(String),
        reason_admin: {
          en: `User: arn:aws:iam::${account}:user/alice is not authorized to perform: orders:GetOrder on resource: arn:aws:orders:us-east-1:${account}:order/2 because no identity-based policy allows the orders:GetOrder action`,
        },
        reason_user: { en: "You are not authorized to perform this action." },
      },
    });
  });

  it("takes a resource by its ARN, too, in another account only with that account's consent", async () => {
    const about = (id: string) => ({
      subject: alice(),
      action: { name: "orders:GetOrder" },
      resource: { type: "order", id },
    });
    const arn = `arn:aws:orders:us-east-1:${account}:order/17`;
    expect(await decisionOf(about(arn))).toBe(true);
    expect(await decisionOf(about("arn:aws:orders:us-east-1:222222222222:order/17"))).toBe(false);
    expect(await decisionOf(about("*"))).toBe(false);
  });

  it("takes from the context what the asker can know of the request", async () => {
    const may = (name: string, context?: object) =>
      decisionOf(question(name, context === undefined ? {} : { context }));
    expect(await may("orders:ListOrders")).toBe(false);
    expect(await may("orders:ListOrders", { "aws:SourceIp": "10.1.2.3" })).toBe(true);
    expect(await may("orders:ListOrders", { "aws:sourceip": "11.1.2.3" })).toBe(false);
    expect(await may("orders:CreateOrder", { "orders:Amount": 99 })).toBe(true);
    expect(await may("orders:CreateOrder", { "orders:Amount": "100" })).toBe(false);
    expect(await may("orders:DeleteOrder", { "aws:ResourceTag/owner": "alice" })).toBe(true);
    expect(await may("orders:DeleteOrder", { "aws:ResourceTag/owner": "bob" })).toBe(false);
    // A request is not taken to be encrypted unless the asker says so.
    expect(await may("orders:Pay")).toBe(false);
    expect(await may("orders:Pay", { "aws:SecureTransport": true })).toBe(true);
    // What is no condition key does not count.
    expect(await may("orders:GetOrder", { time: "2026-01-01T00:00Z", nested: { a: 1 } })).toBe(
      true,
    );
  });

  it.each([
    "aws:PrincipalArn",
    "aws:PrincipalTag/team",
    "aws:principaltag/team",
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge",
    "aws:TokenIssueTime",
    "aws:userid",
    "aws:username",
    "aws:SourceIdentity",
    "aws:FederatedProvider",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:ViaAWSService",
    "aws:AssumedRoot",
    "iam:ResourceTag/owner",
    "sts:ExternalId",
    "token.actions.githubusercontent.com:sub",
    "saml:sub",
    "__proto__:x",
  ])("does not take %s from the asker", async (key) => {
    const { status, body } = await evaluate(
      question("orders:Audit", { context: { [key]: "true" } }),
    );
    expect(status).toBe(400);
    expect(body).toBe(`\`context\` must not have the key ${key}.`);
  });

  it("takes no global key as one of a service `aws`", async () => {
    for (const key of ["aws:MultiFactorAuthPresent", "aws:PrincipalTag/team", "aws:SourceVpc"]) {
      const { status, body } = await evaluate(
        question("aws:Audit", { context: { [key]: "true" } }),
      );
      expect(status).toBe(400);
      expect(body).toBe(`\`context\` must not have the key ${key}.`);
    }
  });

  it("lets nobody take a role, which only its trust policy can", async () => {
    await user(installation, "taker", allow("sts:*"));
    const about = (name: string) => ({
      subject: { type: "user", id: `arn:aws:iam::${account}:user/taker` },
      action: { name },
      resource: { type: "role", id: `arn:aws:iam::${account}:role/untrusting` },
    });
    for (const name of ["sts:AssumeRole", "STS:assumerole", "sts:AssumeRoleWithSAML"]) {
      const { body } = await evaluate(about(name));
      expect(body.decision, name).toBe(false);
      expect(body.context.reason_admin.en).toContain("because no role trust policy allows");
    }
    expect(await decisionOf(about("sts:GetSessionToken"))).toBe(true);
  });

  it("keeps to boundaries and denies, from the very next request", async () => {
    const { iam } = installation;
    await user(installation, "bounded", allow("orders:*"));
    const about = {
      subject: { type: "user", id: `arn:aws:iam::${account}:user/bounded` },
      action: { name: "orders:GetOrder" },
      resource: order("1"),
    };
    expect(await decisionOf(about)).toBe(true);
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "only-lists",
        PolicyDocument: document(allow("orders:ListOrders")),
      }),
    );
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: "bounded",
        PermissionsBoundary: Policy?.Arn,
      }),
    );
    const { body } = await evaluate(about);
    expect(body.context.reason_admin.en).toContain("because no permissions boundary allows");
  });

  it("knows a role as a session that begins now, and a session as what it is", async () => {
    const { iam } = installation;
    const key = await user(installation, "assumer", allow("sts:*"));
    const plain = await session(installation, "reader", key, allow("orders:*"));
    const role = `arn:aws:iam::${account}:role/reader`;
    const action = { name: "orders:GetOrder" };
    const about = (subject: object) => ({ subject, action, resource: order("1") });
    expect(await decisionOf(about({ type: "role", id: role }))).toBe(true);
    const assumed = `arn:aws:sts::${account}:assumed-role/reader/one`;
    // Its session policies are in its token only.
    const unknown = await evaluate(about({ type: "assumed-role", id: assumed }));
    expect(unknown.status).toBe(400);
    expect(unknown.body).toMatch(/^An assumed-role needs `properties`/);

    const narrow = await installation.stsAs(key).send(
      new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: "one",
        Policy: document(allow("orders:ListOrders")),
      }),
    );
    const withSession = (credentials: TestCredentials, id = assumed, type = "assumed-role") =>
      about({
        type,
        id,
        properties: {
          access_key_id: credentials.accessKeyId,
          session_token: credentials.sessionToken,
        },
      });
    expect(await decisionOf(withSession(plain))).toBe(true);
    expect(await decisionOf(withSession(plain, role, "role"))).toBe(true);
    const narrowed = await evaluate(withSession(credentialsOf(narrow.Credentials)));
    expect(narrowed.body.context.reason_admin.en).toContain("because no session policy allows");

    // Another principal's session, an altered one, and one with another key.
    for (const [subject, reason] of [
      [
        withSession(plain, `arn:aws:sts::${account}:assumed-role/reader/two`),
        "another principal's",
      ],
      [withSession(plain, alice().id, "user"), "another principal's"],
      [withSession({ ...plain, sessionToken: `${plain.sessionToken}A` }), "altered"],
      [withSession({ ...plain, accessKeyId: key.accessKeyId }), "altered"],
    ] as const) {
      const { status, body } = await evaluate(subject);
      expect(status).toBe(200);
      expect(body.decision).toBe(false);
      expect(body.context.reason_admin.en).toContain(reason);
    }
    const logged = JSON.stringify(installation.decisions);
    expect(logged).not.toContain(plain.sessionToken);

    // The time of a session that begins now is not before a revocation.
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "reader",
        PolicyName: "revoke",
        PolicyDocument: document({
          ...deny("*"),
          Condition: { DateLessThan: { "aws:TokenIssueTime": new Date().toISOString() } },
        }),
      }),
    );
    expect(await decisionOf(withSession(plain))).toBe(false);
  });

  it("takes MFA only from a session", async () => {
    expect(await decisionOf(question("orders:Audit"))).toBe(false);
  });

  it("denies for a subject that does not exist, whatever path its ARN has", async () => {
    const { iam } = installation;
    await iam.send(new CreateUserCommand({ UserName: "pathed", Path: "/team/" }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "pathed",
        PolicyName: "own",
        PolicyDocument: document(allow("orders:*")),
      }),
    );
    const about = (id: string, type = "user") => ({
      subject: { type, id },
      action: { name: "orders:GetOrder" },
      resource: order("1"),
    });
    expect(await decisionOf(about(`arn:aws:iam::${account}:user/team/pathed`))).toBe(true);
    for (const [id, type] of [
      [`arn:aws:iam::${account}:user/ghost`, "user"],
      [`arn:aws:iam::${account}:user/pathed`, "user"],
      [`arn:aws:iam::${account}:user/other/pathed`, "user"],
      [`arn:aws:iam::${account}:user/team/PATHED`, "user"],
      [`arn:aws:iam::${account}:role/ghost`, "role"],
    ] as const) {
      const { status, body } = await evaluate(about(id, type));
      expect(status).toBe(200);
      expect(body).toMatchObject({
        decision: false,
        context: { reason_admin: { en: "The subject does not exist." } },
      });
    }
  });

  it("knows the root user, who is allowed everything in the account", async () => {
    const root = { type: "root", id: `arn:aws:iam::${account}:root` };
    const about = { subject: root, action: { name: "orders:Any" }, resource: order("1") };
    expect(await decisionOf(about)).toBe(true);
  });
});
