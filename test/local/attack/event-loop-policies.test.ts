import * as analyzer from "@aws-sdk/client-accessanalyzer";
import * as iam from "@aws-sdk/client-iam";
import { beforeAll, describe, expect, test } from "vitest";
import { ask } from "../../support/asker.ts";
import { call, credentialsOf, type TestCredentials } from "../../support/harness.ts";
import {
  clients,
  document,
  numbered,
  product,
  refused,
  simulate,
  useMeasuredProduct,
  validate,
  withinLimit,
} from "../../support/measured/hostile-requests.ts";
import { type Refusal, refusal } from "../../support/refusal.ts";

useMeasuredProduct();

/** Asks for evaluations as the root user. */
const evaluations = (body: object | string) =>
  ask({ local: product }, product.root, "/access/v1/evaluations", body);

describe("a simulation", () => {
  const RESOURCES = numbered(20, "arn:aws:s3:::bucket/");
  const tooLarge = (message: RegExp): Refusal =>
    expect.objectContaining({
      code: "PolicyEvaluation",
      status: 500,
      message: expect.stringMatching(message),
    });

  test("of many decisions lets others run", async () => {
    const policies = numbered(10, "").map(() =>
      document({ Resource: numbered(20, "arn:aws:s3:::*aaaab*") }, 10),
    );
    const { EvaluationResults } = await withinLimit(() =>
      simulate(numbered(100, "s3:Get"), policies, { ResourceArns: RESOURCES }),
    );
    expect(EvaluationResults).toHaveLength(100);
  });

  test("of hostile patterns ends with AWS's error", async () => {
    const Resource = Array(100).fill(`arn:aws:s3:::*${"a?".repeat(200)}b*`);
    const resource = `arn:aws:s3:::${"a".repeat(1_900)}`;
    const sent = () =>
      refusal(
        simulate(numbered(100, "s3:Get"), [document({ Resource }, 2)], {
          ResourceArns: [resource],
        }),
      );
    expect(await withinLimit(sent)).toEqual(tooLarge(/takes too many steps\.$/));
  });

  test("whose pairs are all cheap is bounded as a whole", async () => {
    const Resource = Array(40).fill(`arn:aws:s3:::*${"a?".repeat(60)}b*`);
    const resources = numbered(50, `arn:aws:s3:::${"a".repeat(900)}`);
    const sent = () =>
      refusal(
        simulate(numbered(100, "s3:Get"), [document({ Resource })], { ResourceArns: resources }),
      );
    expect(await withinLimit(sent)).toEqual(tooLarge(/the simulation takes too many steps\.$/));
  });

  test("of very many statements that match ends with AWS's error", async () => {
    const sent = () =>
      refusal(
        simulate(numbered(100, "s3:Get"), [document({ Resource: "*" }, 1_000)], {
          ResourceArns: RESOURCES,
        }),
      );
    expect(await withinLimit(sent)).toEqual(tooLarge(/more than 20000 statements match/));
  });
});

describe("Access Analyzer", () => {
  // The largest document that lint looks at.
  const LARGE = 65_000;
  test.each([
    ["many statements", document({ Resource: "*" }, Math.floor(LARGE / 51))],
    ["many patterns", document({ Resource: numbered(LARGE / 25, "arn:aws:s3:::*a*b") })],
    ["many actions", document({ Action: numbered(LARGE / 12, "s3:*a*"), Resource: "*" })],
    ["nested lists", "[".repeat(LARGE)],
    ["more than is looked at", document({ Resource: "*" }, 7_000)],
  ])("lint of a large document: %s", async (_, text) => {
    const answer = await withinLimit(() => validate(text).catch((error: Error) => error));
    expect(answer).toBeDefined();
  });

  test("a comparison of two large documents", async () => {
    const patterns = (letter: string) =>
      document({ Resource: numbered(200, `arn:aws:s3:::*${letter}?*${letter}`) }, 3);
    const sent = () =>
      clients.analyzer
        .send(
          new analyzer.CheckNoNewAccessCommand({
            policyType: "IDENTITY_POLICY",
            existingPolicyDocument: patterns("a"),
            newPolicyDocument: patterns("b"),
          }),
        )
        .catch((error: Error) => error);
    expect(await withinLimit(sent)).toBeDefined();
  });
});

describe("a protected API", () => {
  let caller: TestCredentials;
  beforeAll(async () => {
    const { iam: client } = clients;
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName: "caller" }));
    caller = credentialsOf(AccessKey);
    await call(product.apiUrl, caller, "GET", "/orders/1");
    const pattern = `order/*${"a?".repeat(130)}b*`;
    const PolicyDocument = document({
      Action: "orders:GetOrder",
      Resource: Array(20).fill(`arn:aws:orders:*:*:${pattern}`),
    });
    for (const PolicyName of numbered(10, "hostile")) {
      const { Policy } = await client.send(
        new iam.CreatePolicyCommand({ PolicyName, PolicyDocument }),
      );
      await client.send(
        new iam.AttachUserPolicyCommand({ UserName: "caller", PolicyArn: Policy?.Arn ?? "" }),
      );
    }
  });

  test("a decision that takes too many steps is denied, and names the limit", async () => {
    const path = `/orders/${"a".repeat(6_000)}`;
    const answer = await withinLimit(() => call(product.apiUrl, caller, "GET", path));
    expect(answer.status).toBe(403);
    const { reasons } = await product.take();
    expect(reasons).toContain("the policies take more than the limit decisionSteps");
  });

  test("a hundred evaluations of such decisions let others run", async () => {
    const id = `arn:aws:orders:us-east-1:${product.account}:order/${"a".repeat(1_900)}`;
    const answer = await withinLimit(() =>
      evaluations({
        subject: { type: "user", id: `arn:aws:iam::${product.account}:user/caller` },
        action: { name: "orders:GetOrder" },
        evaluations: Array(100).fill({ resource: { type: "order", id } }),
      }),
    );
    expect(answer.status).toBe(200);
    expect(answer.body.evaluations).toHaveLength(100);
    expect(answer.body.evaluations[99]).toMatchObject({ decision: false });
  });

  test.each([
    ["nested lists", "[".repeat(250_000)],
    ["many items", JSON.stringify({ evaluations: Array(20_000).fill({}) })],
    [
      "many condition keys",
      `{"subject":{"type":"user","id":"arn:aws:iam::111122223333:user/u"},"action":{"name":"a:b"},"resource":{"type":"a","id":"b"},"context":{${numbered(12_000, "a:").map((key) => `"${key}":1`)}}}`,
    ],
  ])("an evaluation of %s", async (_, body) => {
    expect(await withinLimit(() => evaluations(body))).toEqual(refused(400));
  });

  test.each([
    ["a long query", `/orders?${numbered(1_500, "a").join("&")}`],
    ["escapes in the path", `/orders/${"%61".repeat(4_000)}`],
  ])("%s", async (_, path) => {
    const answer = await withinLimit(() => call(product.apiUrl, undefined, "GET", path));
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test.each([
    ["dots", ".".repeat(12_000)],
    ["nested JSON", `${Buffer.from("[".repeat(8_000)).toString("base64url")}.e30.e30`],
  ])("a bearer token of %s", async (_, token) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await withinLimit(() =>
      call(product.apiUrl, undefined, "GET", "/orders", { headers }),
    );
    expect(answer.status).toBe(401);
  });
});
