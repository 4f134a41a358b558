import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreatePolicyCommand as CreateServiceControlPolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { createPortcullisClient } from "@portcullis/control-api/portcullis-client";
import { startEngine } from "@portcullis/local/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../support/asker.ts";
import { eventually } from "../support/eventually.ts";
import { faultyProxy } from "../support/faulty-proxy.ts";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, deny, document, session, user } from "../support/people.ts";
import { openOrganization } from "../support/tenant.ts";

let installation: TestInstallation;
let asker: TestCredentials;
let account: string;

beforeAll(async () => {
  installation = await startInstallation();
  account = installation.account;
  asker = await user(installation, "asker", allow("portcullis:Evaluate"));
  await user(
    installation,
    "alice",
    allow("orders:GetOrder", "arn:aws:orders:us-east-1:*:order/1*"),
    { ...allow("orders:ListOrders"), Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
    { ...allow("orders:CreateOrder"), Condition: { NumericLessThan: { "orders:Amount": "100" } } },
    {
      ...allow("orders:DeleteOrder"),
      Condition: { StringEquals: { "aws:ResourceTag/owner": "alice" } },
    },
    { ...allow("orders:Audit"), Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } },
    { ...deny("orders:Pay"), Condition: { Bool: { "aws:SecureTransport": "false" } } },
    allow("orders:Pay"),
  );
});
afterAll(() => installation.stop());

const alice = () => ({ type: "user", id: `arn:aws:iam::${account}:user/alice` });
const order = (id: string) => ({ type: "order", id });
const evaluate = (body: object | string, credentials: TestCredentials | undefined = asker) =>
  ask(installation, credentials, "/access/v1/evaluation", body);
const evaluateAll = (body: object | string, credentials: TestCredentials = asker) =>
  ask(installation, credentials, "/access/v1/evaluations", body);

/** Alice, who asks for an action on an order, in a context. */
const question = (
  name: string,
  { id = "17", context }: { id?: string; context?: object } = {},
): object => ({
  subject: alice(),
  action: { name },
  resource: order(id),
  ...(context === undefined ? {} : { context }),
});

const decisionOf = async (body: object): Promise<boolean> => {
  const { status, body: answered } = await evaluate(body);
  expect(status, JSON.stringify(answered)).toBe(200);
  return answered.decision;
};

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

describe("who may ask", () => {
  it("is who has portcullis:Evaluate on the principal, known or not", async () => {
    const limited = await user(
      installation,
      "limited",
      allow("portcullis:Evaluate", `arn:aws:iam::${account}:user/al*`),
    );
    expect((await evaluate(question("orders:GetOrder"), limited)).status).toBe(200);
    for (const name of ["bounded", "ghost"]) {
      const id = `arn:aws:iam::${account}:user/${name}`;
      const { status, body } = await evaluate(
        {
          subject: { type: "user", id },
          action: { name: "orders:GetOrder" },
          resource: order("1"),
        },
        limited,
      );
      expect(status).toBe(403);
      expect(body).toBe(
        `User: arn:aws:iam::${account}:user/limited is not authorized to perform: portcullis:Evaluate on resource: ${id} because no identity-based policy allows the portcullis:Evaluate action`,
      );
    }
    expect((await evaluate(question("orders:GetOrder"), installation.root)).status).toBe(200);
  });

  it("is not who is denied the path of a session's role", async () => {
    const key = await user(installation, "pathed-assumer", allow("sts:*"));
    const RoleName = "hidden";
    await installation.iam.send(
      new CreateRoleCommand({
        RoleName,
        Path: "/secret/",
        AssumeRolePolicyDocument: document({
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: `arn:aws:iam::${account}:user/pathed-assumer` },
        }),
      }),
    );
    const { Credentials } = await installation.stsAs(key).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${account}:role/secret/hidden`,
        RoleSessionName: "one",
      }),
    );
    const { accessKeyId, sessionToken } = credentialsOf(Credentials);
    const about = {
      ...question("orders:GetOrder"),
      subject: {
        type: "assumed-role",
        id: `arn:aws:sts::${account}:assumed-role/hidden/one`,
        properties: { access_key_id: accessKeyId, session_token: sessionToken },
      },
    };
    expect((await evaluate(about)).status).toBe(200);
    const denied = await user(
      installation,
      "denied-path",
      allow("portcullis:Evaluate"),
      deny("portcullis:Evaluate", `arn:aws:iam::${account}:role/secret/*`),
    );
    const { status, body } = await evaluate(about, denied);
    expect(status).toBe(403);
    expect(body).toContain("role/secret/hidden with an explicit deny");
    const batch = await evaluateAll({ evaluations: [about] }, denied);
    expect(batch.body.evaluations[0].context.error.status).toBe(403);
  });

  it("must sign, now, for this service, and this body", async () => {
    const body = question("orders:GetOrder");
    const path = "/access/v1/evaluation";
    const unsigned = await ask(installation, undefined, path, body);
    expect(unsigned.status).toBe(401);
    expect(unsigned.body).toBe("Request is missing Authentication Token");
    const altered = await ask(installation, asker, path, question("orders:GetOrder", { id: "1" }), {
      signedBody: JSON.stringify(body),
    });
    expect(altered.status).toBe(401);
    for (const options of [
      { service: "execute-api" },
      { service: "iam" },
      { date: new Date(Date.now() - 16 * 60_000) },
      { date: new Date(Date.now() + 16 * 60_000) },
    ])
      expect((await ask(installation, asker, path, body, options)).status).toBe(401);
    const wrongSecret = { ...asker, secretAccessKey: "wrong" };
    expect((await evaluate(body, wrongSecret)).status).toBe(401);
    const gone = await user(installation, "gone", allow("portcullis:Evaluate"));
    await installation.iam.send(
      new DeleteAccessKeyCommand({ UserName: "gone", AccessKeyId: gone.accessKeyId }),
    );
    expect((await evaluate(body, gone)).status).toBe(401);
  });

  it("stays within its account", async () => {
    const other = await startInstallation();
    try {
      const organization = await openOrganization(other);
      const tenant = await organization.open("tenant");
      const neighbour = await organization.open("neighbour");
      const about = (id: string) => ({
        subject: { type: "role", id: `arn:aws:iam::${id}:role/OrganizationAccountAccessRole` },
        action: { name: "orders:GetOrder" },
        resource: order("1"),
      });
      const path = "/access/v1/evaluation";
      const own = await ask(other, tenant.admin, path, about(tenant.id));
      expect(own.body.decision).toBe(true);
      for (const foreign of [neighbour.id, other.account]) {
        const { status, body } = await ask(other, tenant.admin, path, about(foreign));
        expect(status).toBe(403);
        expect(body).toContain("is not authorized to perform: portcullis:Evaluate");
      }
      const fromAbove = await ask(other, other.root, path, about(tenant.id));
      expect(fromAbove.status).toBe(403);

      // A service control policy binds the member's principals.
      const { Roots = [] } = await other.organizations.send(new ListRootsCommand({}));
      await other.organizations.send(
        new EnablePolicyTypeCommand({
          RootId: Roots[0]?.Id,
          PolicyType: "SERVICE_CONTROL_POLICY",
        }),
      );
      const { Policy } = await other.organizations.send(
        new CreateServiceControlPolicyCommand({
          Name: "no-orders",
          Description: "none",
          Type: "SERVICE_CONTROL_POLICY",
          Content: document(deny("orders:GetOrder")),
        }),
      );
      await other.organizations.send(
        new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: tenant.id }),
      );
      const bound = await ask(other, tenant.admin, path, about(tenant.id));
      expect(bound.body.decision).toBe(false);
      expect(bound.body.context.reason_admin.en).toContain(
        "with an explicit deny in a service control policy",
      );
    } finally {
      await other.stop();
    }
  });
});

describe("evaluations", () => {
  const get = (id: string) => ({ resource: order(id) });
  const decisions = (body: { evaluations: { decision: boolean }[] }) =>
    body.evaluations.map(({ decision }) => decision);

  it("take defaults from the top, each as a whole, in the order of the items", async () => {
    const { status, body } = await evaluateAll({
      subject: alice(),
      action: { name: "orders:ListOrders" },
      resource: order("17"),
      context: { "aws:SourceIp": "10.1.2.3" },
      evaluations: [
        {},
        { context: {} },
        { action: { name: "orders:GetOrder" } },
        { action: { name: "orders:GetOrder" }, resource: order("2") },
        { subject: { type: "user", id: `arn:aws:iam::${account}:user/ghost` } },
      ],
    });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["evaluations"]);
    expect(decisions(body)).toEqual([true, false, true, false, false]);
    const ids = body.evaluations.map(({ context }: { context: { id: string } }) => context.id);
    expect(new Set(ids).size).toBe(5);
  });

  it("end where the semantic says", async () => {
    const run = async (semantic: string | undefined, ...items: string[]) => {
      const options = semantic === undefined ? {} : { options: { evaluations_semantic: semantic } };
      const { body } = await evaluateAll({
        subject: alice(),
        action: { name: "orders:GetOrder" },
        ...options,
        evaluations: items.map(get),
      });
      return decisions(body);
    };
    expect(await run(undefined, "1", "2", "1")).toEqual([true, false, true]);
    expect(await run("execute_all", "1", "2", "1")).toEqual([true, false, true]);
    expect(await run("deny_on_first_deny", "1", "2", "1")).toEqual([true, false]);
    expect(await run("deny_on_first_deny", "1", "1")).toEqual([true, true]);
    expect(await run("permit_on_first_permit", "2", "1", "1")).toEqual([false, true]);
    expect(await run("permit_on_first_permit", "2", "2")).toEqual([false, false]);
  });

  it("deny an item that is malformed or not permitted by itself", async () => {
    const limited = await user(
      installation,
      "limited-batch",
      allow("portcullis:Evaluate", alice().id),
    );
    const items = {
      action: { name: "orders:GetOrder" },
      resource: order("1"),
      evaluations: [
        { subject: alice() },
        { subject: { type: "user", id: `arn:aws:iam::${account}:user/bounded` } },
        {},
        { subject: alice(), context: { "aws:userid": "x" } },
      ],
    };
    const { status, body } = await evaluateAll(items, limited);
    expect(status).toBe(200);
    expect(decisions(body)).toEqual([true, false, false, false]);
    expect(body.evaluations[1].context.error.status).toBe(403);
    expect(body.evaluations[2].context.error).toEqual({
      status: 400,
      message: "`subject` must be an object.",
    });
    expect(body.evaluations[3].context.error.status).toBe(400);
    // Also in a batch nobody is probed for unseen.
    const denials = installation.decisions.filter(({ principal }) =>
      principal?.endsWith(":user/limited-batch"),
    );
    expect(denials[0]).toMatchObject({
      outcome: "implicitDeny",
      action: "portcullis:Evaluate",
      resource: `arn:aws:iam::${account}:user/bounded`,
      detail: expect.anything(),
    });
    // A failure counts as a denial.
    const first = await evaluateAll(
      { ...items, options: { evaluations_semantic: "deny_on_first_deny" } },
      limited,
    );
    expect(decisions(first.body)).toEqual([true, false]);
  });

  it("without items are one evaluation", async () => {
    for (const extra of [{}, { evaluations: [] }]) {
      const { status, body } = await evaluateAll({ ...question("orders:GetOrder"), ...extra });
      expect(status).toBe(200);
      expect(body).toEqual({ decision: true, context: { id: expect.any(String) } });
    }
  });

  it("are at most a hundred", async () => {
    const many = (count: number) => ({
      ...question("orders:GetOrder"),
      evaluations: Array.from({ length: count }, () => ({})),
    });
    expect((await evaluateAll(many(100))).body.evaluations).toHaveLength(100);
    const { status, body } = await evaluateAll(many(101));
    expect(status).toBe(400);
    expect(body).toBe("`evaluations` must have at most 100 items.");
  });
});

describe("the API", () => {
  it("refuses what is malformed with 400 and a sentence", async () => {
    const right = { subject: alice(), action: { name: "orders:GetOrder" }, resource: order("1") };
    const wrongs: readonly (readonly [object | string, RegExp])[] = [
      ["", /must be a JSON object/],
      ["[]", /must be a JSON object/],
      ["null", /must be a JSON object/],
      ['{"subject":', /must be a JSON object/],
      [{ ...right, subject: undefined }, /`subject` must be an object/],
      [{ ...right, subject: "alice" }, /`subject` must be an object/],
      [{ ...right, subject: { id: alice().id } }, /`subject.type` must be a string/],
      [{ ...right, subject: { type: "user" } }, /`subject.id` must be a string/],
      [{ ...right, subject: { type: "group", id: alice().id } }, /`subject.type` must be one of/],
      [{ ...right, subject: { type: "toString", id: "x" } }, /`subject.type` must be one of/],
      [{ ...right, subject: { type: "user", id: "alice" } }, /must be the ARN of a user/],
      [{ ...right, subject: { type: "role", id: alice().id } }, /must be the ARN of a role/],
      [{ ...right, subject: { ...alice(), properties: [] } }, /`subject.properties`/],
      [
        { ...right, subject: { ...alice(), properties: { session_token: "a" } } },
        /given together or not at all/,
      ],
      [{ ...right, action: {} }, /`action.name` must be a string/],
      [{ ...right, action: { name: "read" } }, /a service and an action/],
      [{ ...right, action: { name: "orders:*" } }, /a service and an action/],
      [{ ...right, resource: { type: "order" } }, /`resource.id` must be a string/],
      [{ ...right, resource: { id: "1" } }, /`resource.type` must be a string/],
      [{ ...right, resource: { type: "a:b", id: "1" } }, /`resource.type` must be letters/],
      [{ ...right, resource: { type: "order", id: "a\u0000b" } }, /no control characters/],
      [{ ...right, resource: { type: "order", id: "arn:aws:orders" } }, /not a whole ARN/],
      [{ ...right, resource: { type: "order", id: "arn:aws:orders:::x:1:2" } }, /^$/],
      [{ ...right, resource: { type: "order", id: "arn:aws:orders::12:order/1" } }, /12 digits/],
      [{ ...right, resource: { type: "order", id: "a".repeat(2049) } }, /1 to 2048 characters/],
      [{ ...right, context: [] }, /`context` must be an object/],
      [{ ...right, context: { "aws:SourceIp": "not an address" } }, /must be an IP address/],
      [{ ...right, context: { "aws:SourceIp": ["10.0.0.1"] } }, /must have one value/],
      [{ ...right, context: { "orders:A": { b: 1 } } }, /must be a string of at most/],
      [{ ...right, context: { "orders:A": null } }, /must be a string of at most/],
      [{ ...right, context: { "orders:A": "1", "ORDERS:a": "2" } }, /more than once/],
      [
        {
          ...right,
          context: Object.fromEntries(
            Array.from({ length: 101 }, (_, at) => [`orders:${at}`, "1"]),
          ),
        },
        /at most 100 condition keys/,
      ],
    ];
    for (const [body, sentence] of wrongs) {
      const { status, body: answered } = await evaluate(body);
      if (sentence.source === "^$") {
        expect(status).toBe(200);
        continue;
      }
      expect(status, JSON.stringify(body).slice(0, 100)).toBe(400);
      expect(answered).toMatch(sentence);
    }
    for (const [extra, sentence] of [
      [{ evaluations: {} }, /must be a list/],
      [{ evaluations: [1] }, /must be an object/],
      [{ evaluations: [{}], options: 1 }, /`options` must be an object/],
      [{ evaluations: [{}], options: { evaluations_semantic: "some" } }, /must be one of/],
    ] as const) {
      const { status, body } = await evaluateAll({ ...right, ...extra });
      expect(status).toBe(400);
      expect(body).toMatch(sentence);
    }
    const large = await evaluate({ ...right, padding: "a".repeat(300_000) });
    expect(large.status).toBe(400);
    const form = await ask(installation, asker, "/access/v1/evaluation", right, {
      headers: { "content-type": "text/plain" },
    });
    expect(form.body).toBe("The content type must be application/json.");
    expect(installation.decisions.filter(({ outcome }) => outcome === "error")).toEqual([]);
  });

  it("repeats the asker's id of the request, whatever the answer", async () => {
    const headers = { "x-request-id": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716" };
    const path = "/access/v1/evaluation";
    for (const [credentials, body, status] of [
      [asker, question("orders:GetOrder"), 200],
      [asker, "{", 400],
      [undefined, question("orders:GetOrder"), 401],
    ] as const) {
      const answer = await ask(installation, credentials, path, body, { headers });
      expect(answer.status).toBe(status);
      expect(answer.headers["x-request-id"]).toBe(headers["x-request-id"]);
    }
    const without = await evaluate(question("orders:GetOrder"));
    expect(without.headers["x-request-id"]).toBeUndefined();
  });

  it("publishes where its endpoints are", async () => {
    const { controlUrl } = installation.local;
    const answer = await fetch(`${controlUrl}/.well-known/authzen-configuration`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({
      policy_decision_point: controlUrl,
      access_evaluation_endpoint: `${controlUrl}/access/v1/evaluation`,
      access_evaluations_endpoint: `${controlUrl}/access/v1/evaluations`,
    });
    expect((await fetch(`${controlUrl}/access/v1/evaluation`)).status).toBe(405);
    const preflight = await fetch(`${controlUrl}/access/v1/evaluation`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(403);
  });

  it("records each decision as the subject's, with who asked", async () => {
    await installation.iam.send(
      new TagUserCommand({ UserName: "alice", Tags: [{ Key: "team", Value: "orders" }] }),
    );
    const { body } = await evaluate(question("orders:GetOrder", { id: "3" }));
    const line = installation.decisions.find(({ decisionId }) => decisionId === body.context.id);
    expect(line).toMatchObject({
      outcome: "implicitDeny",
      principal: alice().id,
      askedBy: `arn:aws:iam::${account}:user/asker`,
      account,
      action: "orders:GetOrder",
      resource: `arn:aws:orders:us-east-1:${account}:order/3`,
    });
    const client = createPortcullisClient({
      endpoint: installation.local.controlUrl,
      credentials: installation.root,
    });
    const found = await eventually(async () => {
      try {
        return await client.getDecision({ DecisionId: body.context.id });
      } catch {
        return undefined;
      }
    }, 5_000);
    expect(found.Decision).toMatchObject({
      PrincipalArn: alice().id,
      Action: "orders:GetOrder",
      Outcome: "implicitDeny",
    });
    // The question itself is the asker's call.
    const own = installation.decisions.filter(
      ({ action, principal }) =>
        action === "portcullis:Evaluate" && principal === `arn:aws:iam::${account}:user/asker`,
    );
    expect(own.length).toBeGreaterThan(0);
  });

  it("records denials whose contexts are as large as they may be", async () => {
    const { iam } = installation;
    await user(installation, "wide");
    const keys = Array.from({ length: 100 }, (_, at) => `orders:k${at}`);
    const conditions = Object.fromEntries(keys.slice(0, 55).map((key) => [key, "n"]));
    const near = { ...allow("orders:*"), Condition: { "ForAnyValue:StringLike": conditions } };
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "wide",
        PolicyDocument: document(...Array.from({ length: 5 }, () => near)),
      }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName: "wide", PolicyArn: Policy?.Arn }));
    const values = Array.from({ length: 20 }, (_, index) => `${"x".repeat(110)}${index}`);
    const wide = {
      ...question("orders:GetOrder", { context: Object.fromEntries(keys.map((k) => [k, values])) }),
      subject: { type: "user", id: `arn:aws:iam::${account}:user/wide` },
    };
    const { status, body } = await evaluateAll({ ...wide, evaluations: [{}, {}, {}] });
    expect(status).toBe(200);
    const client = createPortcullisClient({
      endpoint: installation.local.controlUrl,
      credentials: installation.root,
    });
    for (const { decision, context } of body.evaluations) {
      expect(decision).toBe(false);
      const line = installation.decisions.find(({ decisionId }) => decisionId === context.id);
      expect(JSON.stringify(line).length).toBeLessThan(200_000);
      const found = await eventually(
        () => client.getDecision({ DecisionId: context.id }).catch(() => undefined),
        10_000,
      );
      expect(found?.Decision?.NearMisses).toHaveLength(5);
      const entries = found?.Decision?.ContextEntries ?? [];
      const valuesOf = (name: string) =>
        entries.find(({ ContextKeyName }) => ContextKeyName === name)?.ContextKeyValues;
      expect(valuesOf("orders:k0")).toEqual(values);
      expect(valuesOf("aws:username")).toEqual(["wide"]);
    }
  }, 60_000);

  it("fails closed while DynamoDB fails, says nothing of it, and asks it little", async () => {
    const engine = await startEngine({ dataFile: ":memory:" });
    const proxy = await faultyProxy(engine.endpoint);
    const here = await startInstallation({ dynamodbEndpoint: proxy.endpoint });
    try {
      const body = {
        subject: { type: "root", id: `arn:aws:iam::${here.account}:root` },
        action: { name: "orders:GetOrder" },
        resource: order("1"),
      };
      const path = "/access/v1/evaluation";
      expect((await ask(here, here.root, path, body)).body.decision).toBe(true);
      const fault = { kind: "answer", status: 200, body: '{"Responses":"nonsense"}' } as const;
      // At the asker's own records, and at the subject's.
      for (const passed of [0, 1]) {
        const pass = Array.from({ length: passed }, () => ({ kind: "pass" }) as const);
        proxy.plan.push(...pass, ...Array.from({ length: 20 }, () => fault));
        const answer = await ask(here, here.root, path, body);
        proxy.plan.splice(0);
        expect([500, 503]).toContain(answer.status);
        expect(["Internal error", "The decision could not be made now."]).toContain(answer.body);
        expect(here.decisions.at(-1)?.outcome).toBe("error");
      }
      expect((await ask(here, here.root, path, body)).body.decision).toBe(true);

      // A batch reads each of its subjects once.
      const before = proxy.requests.length;
      const evaluations = Array.from({ length: 100 }, (_, at) => ({ resource: order(`${at}`) }));
      const batch = { ...body, evaluations };
      const all = await ask(here, here.root, "/access/v1/evaluations", batch);
      expect(all.body.evaluations).toHaveLength(100);
      expect(proxy.requests.length - before).toBeLessThan(20);
    } finally {
      await here.stop();
      proxy.stop();
      await engine.stop();
    }
  });
});
