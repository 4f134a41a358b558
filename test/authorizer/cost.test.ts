import {
  BatchGetItemCommand,
  DynamoDBClient,
  TransactGetItemsCommand,
} from "@aws-sdk/client-dynamodb";
import {
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { startEngine } from "@portcullis/local/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREDENTIALS } from "../support/engine.ts";
import { faultyProxy } from "../support/faulty-proxy.ts";
import {
  credentialsOf,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, document, ofAuthorizer, session, user } from "../support/people.ts";

/**
 * What packages/authorizer/README.md says of a warm decision's cost: one read unit for each 4 KB of
 * each record it reads.
 */
describe("a warm decision costs", () => {
  let engine: Awaited<ReturnType<typeof startEngine>>;
  let proxy: Awaited<ReturnType<typeof faultyProxy>>;
  let installation: TestInstallation;
  let dynamodb: DynamoDBClient;

  beforeAll(async () => {
    engine = await startEngine({ dataFile: ":memory:" });
    proxy = await faultyProxy(engine.endpoint);
    installation = await startInstallation({ dynamodbEndpoint: proxy.endpoint });
    dynamodb = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: "us-east-1",
      credentials: CREDENTIALS,
    });
  });
  afterAll(async () => {
    dynamodb.destroy();
    await installation.stop();
    proxy.stop();
    await engine.stop();
  });

  /** The read units of the second of two requests, as DynamoDB counts them. */
  async function unitsOf(who: TestCredentials): Promise<number> {
    expect((await installation.call(who, "GET", "/whoami")).status).toBe(200);
    const before = proxy.requests.length;
    expect((await installation.call(who, "GET", "/whoami")).status).toBe(200);
    const [request, ...more] = ofAuthorizer(proxy.requests.slice(before));
    expect(more).toEqual([]);
    const { RequestItems } = JSON.parse(request?.body ?? "{}");
    const answer = await dynamodb.send(
      new BatchGetItemCommand({ RequestItems, ReturnConsumedCapacity: "TOTAL" }),
    );
    const units = answer.ConsumedCapacity?.[0]?.CapacityUnits;
    if (units === undefined) throw new Error("the engine counts no capacity");
    return units;
  }

  it("two read units in the management account", async () => {
    expect(await unitsOf(await user(installation, "ana", allow("execute-api:Invoke")))).toBe(2);
  });

  it("less than a call for each of many at once, whose answers are their own", async () => {
    const invoke = allow("execute-api:Invoke");
    const callers = [
      { who: await user(installation, "dan", invoke), status: 200 },
      { who: await user(installation, "eve"), status: 403 },
      { who: await user(installation, "fay", invoke), status: 200 },
      {
        who: { ...(await user(installation, "gus", invoke)), secretAccessKey: "w".repeat(40) },
        status: 401,
      },
    ];
    const before = proxy.requests.length;
    const many = Array.from({ length: 15 }, () => callers).flat();
    const answers = await Promise.all(
      many.map(({ who }) => installation.call(who, "GET", "/whoami")),
    );
    expect(answers.map(({ status }) => status)).toEqual(many.map(({ status }) => status));
    const calls = ofAuthorizer(proxy.requests.slice(before)).filter(({ target }) =>
      target.endsWith(".BatchGetItem"),
    );
    expect(calls.length).toBeLessThan(many.length / 2);
  });

  it("nothing for who names no access key", async () => {
    const before = proxy.requests.length;
    expect((await installation.call(undefined, "GET", "/whoami")).status).toBe(401);
    expect(ofAuthorizer(proxy.requests.slice(before))).toEqual([]);
  });

  it("a cold one four units more: two each for the account and one shared policy, read in a transaction", async () => {
    const cara = await user(installation, "cara");
    const { Policy } = await installation.iam.send(
      new CreatePolicyCommand({
        PolicyName: "cara",
        PolicyDocument: document(allow("execute-api:Invoke")),
      }),
    );
    await installation.iam.send(
      new AttachUserPolicyCommand({ UserName: "cara", PolicyArn: Policy?.Arn }),
    );
    const before = proxy.requests.length;
    expect((await installation.call(cara, "GET", "/whoami")).status).toBe(200);
    const [first, second, ...more] = ofAuthorizer(proxy.requests.slice(before));
    expect([first?.target, more]).toEqual(["DynamoDB_20120810.BatchGetItem", []]);
    const { TransactItems } = JSON.parse(second?.body ?? "{}");
    const { ConsumedCapacity } = await dynamodb.send(
      new TransactGetItemsCommand({ TransactItems, ReturnConsumedCapacity: "TOTAL" }),
    );
    expect(ConsumedCapacity?.[0]?.CapacityUnits).toBe(4);
    expect(await unitsOf(cara)).toBe(2);
  });

  it("reads of all copies of the account's record, so that no item is the hot one", async () => {
    const ben = await user(installation, "ben", allow("execute-api:Invoke"));
    const before = proxy.requests.length;
    // That one of four is left out by 60 random choices happens once in 8 million runs.
    for (let time = 0; time < 60; time++) await installation.call(ben, "GET", "/whoami");
    const bodies = ofAuthorizer(proxy.requests.slice(before)).map(({ body }) => body);
    const copies = bodies.flatMap((body) => body.match(/#account\/\d/g) ?? []);
    expect(new Set(copies)).toEqual(new Set([0, 1, 2, 3].map((copy) => `#account/${copy}`)));
  });

  it("one more for each 4 KB of policies that are written into the role itself", async () => {
    const bob = await user(installation, "bob", allow("sts:AssumeRole"));
    const many = Array.from({ length: 72 }, (_, at) =>
      allow("s3:GetObject", `arn:aws:s3:::${"b".repeat(40)}${at}/*`),
    );
    const temporary = await session(
      installation,
      "clerk",
      bob,
      allow("execute-api:Invoke"),
      ...many,
    );
    expect(await unitsOf(temporary)).toBe(4);
  });

  it("one more for each 4 KB of names of policies that are attached to the account's groups, AWS's own not counted", async () => {
    const { iam } = installation;
    const zoe = await user(installation, "zoe", allow("execute-api:Invoke"));
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "n".repeat(128),
        Path: `/${"p".repeat(500)}/`,
        PolicyDocument: document(allow("s3:GetObject")),
      }),
    );
    for (let at = 0; at < 30; at++) {
      const GroupName = `g${at}`;
      await iam.send(new CreateGroupCommand({ GroupName }));
      const canned = "arn:aws:iam::aws:policy/job-function/SupportUser";
      await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: canned }));
      if (at === 20) expect(await unitsOf(zoe)).toBe(2);
      await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: Policy?.Arn }));
    }
    expect(await unitsOf(zoe)).toBe(3);
  });

  it("three in a member account, which the organization's guardrails bind", async () => {
    const { organizations, sts } = installation;
    await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    const created = await organizations.send(
      new CreateAccountCommand({ AccountName: "one", Email: "one@example.com" }),
    );
    const { CreateAccountStatus } = await organizations.send(
      new DescribeCreateAccountStatusCommand({
        CreateAccountRequestId: created.CreateAccountStatus?.Id,
      }),
    );
    const admin = await user(installation, "admin", allow("sts:AssumeRole"));
    const { Credentials } = await installation.stsAs(admin).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${CreateAccountStatus?.AccountId}:role/OrganizationAccountAccessRole`,
        RoleSessionName: "in",
      }),
    );
    expect(sts).toBeDefined();
    expect(await unitsOf(credentialsOf(Credentials))).toBe(3);
  });
});
