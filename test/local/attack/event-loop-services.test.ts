import * as analyzer from "@aws-sdk/client-accessanalyzer";
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import * as iam from "@aws-sdk/client-iam";
import {
  createPortcullisClient,
  type PortcullisClient,
} from "@portcullis/control-api/portcullis-client";
import { dayOf } from "@portcullis/iam/day";
import { type AccessCountRecord, accessCountKey } from "@portcullis/iam/record/decision";
import type { Write } from "@portcullis/iam/store";
import { beforeAll, describe, expect, test } from "vitest";
import {
  clients,
  document,
  numbered,
  post,
  product,
  useMeasuredProduct,
  withinLimit,
} from "../../support/measured/hostile-requests.ts";
import { storeOf } from "../../support/seed-users.ts";

useMeasuredProduct();

/** What an answer was, if only its time matters. */
const settled = (sent: Promise<unknown>) =>
  sent.then(
    () => "answered",
    (error: Error) => error.name,
  );

describe("access checks of Access Analyzer", () => {
  const policyType = "IDENTITY_POLICY";
  const patterns = (count: number) =>
    document({ Resource: numbered(count, "arn:aws:s3:::*a?b*c").map((one) => `${one}*`) }, 3);
  const conditions = (count: number) =>
    document(
      numbered(count, "").map((at) => ({
        Resource: "*",
        Condition: {
          StringLike: { [`aws:RequestTag/k${at}`]: [`*a${at}*`, `?b${at}*`] },
          NumericLessThan: { "s3:max-keys": at },
        },
      }))[0] ?? {},
      count,
    );

  test.each([
    ["patterns", patterns(200)],
    ["conditions", conditions(100)],
    [
      "NotAction and NotResource",
      document({ Action: undefined, NotAction: numbered(500, "s3:*a*") }),
    ],
  ])("what is not granted, among many: %s", async (_, policyDocument) => {
    const access = numbered(100, "").map((at) => ({
      actions: numbered(10, `s3:Get${at}x`),
      resources: numbered(10, `arn:aws:s3:::bucket-a${at}b`),
    }));
    const sent = () =>
      settled(
        clients.analyzer.send(
          new analyzer.CheckAccessNotGrantedCommand({ policyType, policyDocument, access }),
        ),
      );
    expect(await withinLimit(sent)).toMatch(/^(?:answered|\w+Exception)$/);
  });

  test("whether a resource policy of much content is public", async () => {
    const policyDocument = document(
      {
        Principal: { AWS: numbered(500, "arn:aws:iam::111122223333:user/u") },
        Resource: numbered(100, "arn:aws:s3:::*a?b*"),
        Condition: { StringNotLike: { "aws:PrincipalArn": numbered(100, "*x?y*") } },
      },
      5,
    );
    const sent = () =>
      settled(
        clients.analyzer.send(
          new analyzer.CheckNoPublicAccessCommand({
            policyDocument,
            resourceType: "AWS::S3::Bucket",
          }),
        ),
      );
    expect(await withinLimit(sent)).toMatch(/^(?:answered|\w+Exception)$/);
  });

  test("what is new between two policies of many conditions", async () => {
    const sent = () =>
      settled(
        clients.analyzer.send(
          new analyzer.CheckNoNewAccessCommand({
            policyType,
            existingPolicyDocument: conditions(60),
            newPolicyDocument: conditions(80),
          }),
        ),
      );
    expect(await withinLimit(sent)).toMatch(/^(?:answered|\w+Exception)$/);
  });
});

describe("the service portcullis", () => {
  const COUNTS = 10_000;
  let client: PortcullisClient;
  beforeAll(async () => {
    client = createPortcullisClient({ endpoint: product.controlUrl, credentials: product.root });
    const { store, close } = storeOf(product.dynamodbEndpoint);
    const principalArn = `arn:aws:iam::${product.account}:user/caller`;
    const day = dayOf(Date.now());
    const write = (at: number): Write => {
      const action = `orders:Action${at % 3}`;
      const pattern = `arn:aws:orders:::part${at}/*/x${at % 7}/*`;
      const data: AccessCountRecord = {
        principalArn,
        action,
        pattern,
        route: `GET /part${at}/{id}`,
        allowed: 3,
        denied: 0,
        observed: 1,
        resources: numbered(3, pattern.replaceAll("*", `v${at}`)),
        more: at % 2 === 0,
        last: new Date().toISOString(),
      };
      const name = `${pattern} ${data.route}`;
      const key = accessCountKey(product.account, { day, principalId: "AIDA", action, name });
      return { kind: "put", key, data, expect: "absent" };
    };
    for (let start = 0; start < COUNTS; start += 100)
      await store.transact(Array.from({ length: 100 }, (_, at) => write(start + at)));
    close();
  }, 60_000);

  test("a report of as much use as it looks at, with its policies", async () => {
    const report = await withinLimit(() =>
      client.getAccessReport({ PrincipalArn: `arn:aws:iam::${product.account}:user/caller` }),
    );
    expect(report.Entries).toHaveLength(1_000);
    expect(report.IsComplete).toBe(false);
    expect(report.PolicyDocuments?.length).toBeGreaterThan(0);
  });

  test("a message that is no message, and one that is long", async () => {
    for (const EncodedMessage of ["A".repeat(400_000), "{".repeat(400_000)])
      expect(await withinLimit(() => settled(client.getDecision({ EncodedMessage })))).not.toBe(
        "answered",
      );
  });

  test("decisions by a filter that fits none", async () => {
    const filters = { Action: "a".repeat(128), PrincipalArn: `arn:${"a".repeat(1_000)}` };
    expect(await withinLimit(() => settled(client.listDecisions(filters)))).toBeDefined();
  });
});

describe("CloudTrail", () => {
  test("a page of events that fits none of many", async () => {
    const cloudtrail = new CloudTrailClient({
      endpoint: product.controlUrl,
      region: "us-east-1",
      credentials: product.root,
      maxAttempts: 1,
    });
    const PolicyDocument = document({ Action: numbered(200, "s3:Get"), Resource: "*" });
    for (let start = 0; start < 300; start += 10)
      await Promise.all(
        numbered(10, `${start}-`).map((at) =>
          clients.iam.send(
            new iam.CreatePolicyCommand({ PolicyName: `audited-${at}`, PolicyDocument }),
          ),
        ),
      );
    const lookUp = (AttributeValue: string) =>
      cloudtrail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: "ResourceName", AttributeValue }],
        }),
      );
    const { Events } = await withinLimit(() => lookUp("nothing"));
    expect(Events).toEqual([]);
    expect(
      (await withinLimit(() => cloudtrail.send(new LookupEventsCommand({})))).Events,
    ).toHaveLength(50);
    cloudtrail.destroy();
  }, 60_000);
});

describe("the login of an application", () => {
  const TYPE = "application/json";
  test.each([
    ["nested lists", (size: number) => "[".repeat(size)],
    ["a long code", (size: number) => `{"clientId":"a","code":"${"x".repeat(size)}"}`],
    ["many members", (size: number) => `{${numbered(size / 14, "").map((n) => `"k${n}":1`)}}`],
  ])("a token for %s", async (_, body) => {
    const text = body(6_000_000);
    const proof = { dpop: `${Buffer.from("[".repeat(6_000)).toString("base64url")}.e30.e30` };
    const answer = await withinLimit(() => post("/v1/token", text, TYPE, proof));
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  test("a proof of nested JSON", async () => {
    const body = JSON.stringify({
      clientId: "arn:aws:signin:::devtools/same-device",
      grantType: "authorization_code",
      code: "x".repeat(4_000),
      codeVerifier: "v".repeat(128),
      redirectUri: "http://127.0.0.1:1/oauth/callback",
    });
    const nested = Buffer.from("[".repeat(8_000)).toString("base64url");
    for (const dpop of [`${nested}.e30.e30`, ".".repeat(12_000), `e30.${nested}.e30`]) {
      const answer = await withinLimit(() => post("/v1/token", body, TYPE, { dpop }));
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  });
});
