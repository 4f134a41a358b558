import * as analyzer from "@aws-sdk/client-accessanalyzer";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, credentialsOf, send, type TestCredentials } from "../support/harness.ts";
import {
  type MeasuredInstallation,
  measuredInstallation,
} from "../support/measured/measured-installation.ts";
import { type Refusal, refusal } from "../support/refusal.ts";

// No request may block the event loop of the product's process for longer.
const LONGEST_MILLISECONDS = 100;

let product: MeasuredInstallation;
let clients: ReturnType<typeof clientsOf>;

beforeAll(async () => {
  product = await measuredInstallation();
  clients = clientsOf(product);
  // The first requests of a process load and compile code.
  await clients.iam.send(new iam.CreateUserCommand({ UserName: "caller" }));
  await simulate(["s3:GetObject"], [document({ Resource: "*" })]);
  await validate(document({ Resource: "*" }));
  await signIn(JSON.stringify({ account: product.account, userName: "caller", password: "wrong" }));
  await product.take();
}, 60_000);
afterAll(() => product?.stop());

const clientsOf = ({ controlUrl: endpoint, root: credentials }: MeasuredInstallation) => {
  const options = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  return {
    iam: new iam.IAMClient(options),
    analyzer: new analyzer.AccessAnalyzerClient(options),
    sts: new sts.STSClient(options),
  };
};
const document = (statement: object | readonly object[], count = 1) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: Array.from({ length: count }, () => ({
      Effect: "Allow",
      Action: "s3:*",
      ...statement,
    })),
  });
const post = (path: string, body: string, contentType: string, headers = {}) =>
  send(
    product.controlUrl,
    "POST",
    path,
    {
      host: new URL(product.controlUrl).host,
      "content-type": contentType,
      "content-length": String(Buffer.byteLength(body)),
      ...headers,
    },
    body,
  );
const signIn = (body: string) => post("/signin", body, "application/json");
const form = (path: string, body: string) => post(path, body, "application/x-www-form-urlencoded");
const simulate = (
  ActionNames: string[],
  PolicyInputList: string[],
  rest: Partial<iam.SimulateCustomPolicyCommandInput> = {},
) =>
  clients.iam.send(new iam.SimulateCustomPolicyCommand({ ActionNames, PolicyInputList, ...rest }));
const validate = (policyDocument: string) =>
  clients.analyzer.send(
    new analyzer.ValidatePolicyCommand({ policyDocument, policyType: "IDENTITY_POLICY" }),
  );
const numbered = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const refused = (status: number) => expect.objectContaining({ status });

/** Sends a request and holds the loop's longest turn against the limit. */
async function withinLimit<T>(request: () => Promise<T>): Promise<T> {
  await product.take();
  const answer = await request();
  const { longestMilliseconds } = await product.take();
  expect(longestMilliseconds).toBeLessThan(LONGEST_MILLISECONDS);
  return answer;
}

test("the measure sees what blocks the loop, and nothing else", async () => {
  await product.take();
  const idle = await product.take();
  expect(idle.longestMilliseconds).toBeLessThan(LONGEST_MILLISECONDS / 2);
  product.block();
  // The turn that blocks is measured at the loop's next turn.
  await signIn("{}");
  expect((await product.take()).longestMilliseconds).toBeGreaterThanOrEqual(150);
});

describe("unsigned requests to the control API", () => {
  const SIX_MEGABYTES = 6 * 1024 * 1024 - 100;
  test.each([
    [
      "many parameters",
      () =>
        numbered(500_000, "a")
          .map((name) => `${name}=1`)
          .join("&"),
    ],
    ["one name of dots", () => `Action=ListUsers&${".".repeat(SIX_MEGABYTES)}=1`],
    ["10,000 names of 500 dots", () => numbered(9_999, `${".".repeat(500)}`).join("&")],
    ["escapes", () => `Action=${"%41".repeat(SIX_MEGABYTES / 3 - 10)}`],
    ["pluses", () => `Action=${"+".repeat(SIX_MEGABYTES)}`],
  ])("a form: %s", async (_, body) => {
    const text = body();
    expect((await withinLimit(() => form("/iam", text))).status).toBeGreaterThanOrEqual(400);
  });

  test.each([
    ["nested lists", (size: number) => "[".repeat(size)],
    ["a nested object", (size: number) => `{"a":`.repeat(size / 5)],
    ["many members", (size: number) => `{${numbered(size / 14, "").map((n) => `"k${n}":1`)}}`],
    ["a long string", (size: number) => `{"a":"${"x".repeat(size)}"}`],
  ])("JSON: %s", async (_, body) => {
    const text = body(SIX_MEGABYTES);
    const target = { "x-amz-target": "AWSOrganizationsV20161128.ListRoots" };
    const type = "application/x-amz-json-1.1";
    const json = await withinLimit(() => post("/organizations", text, type, target));
    expect(json.status).toBeGreaterThanOrEqual(400);
    const rest = await withinLimit(() =>
      post("/access-analyzer/policy/validation", text, "application/json"),
    );
    expect(rest.status).toBeGreaterThanOrEqual(400);
  });
});

describe("sign-in", () => {
  test.each([
    ["nested lists", (size: number) => "[".repeat(size)],
    ["many members", (size: number) => `{${numbered(size / 14, "").map((n) => `"k${n}":1`)}}`],
    ["a long password", (size: number) => `{"account":"a","password":"${"x".repeat(size)}"}`],
  ])("%s", async (_, body) => {
    const text = body(6_000_000);
    expect((await withinLimit(() => signIn(text))).status).toBeGreaterThanOrEqual(400);
  });

  test("twenty wrong passwords at once", async () => {
    const body = JSON.stringify({ account: product.account, userName: "caller", password: "no" });
    const answers = await withinLimit(() => Promise.all(numbered(20, "").map(() => signIn(body))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
  });
});

describe("federation", () => {
  const assume = (SAMLAssertion: string) =>
    clients.sts
      .send(
        new sts.AssumeRoleWithSAMLCommand({
          RoleArn: `arn:aws:iam::${product.account}:role/some`,
          PrincipalArn: `arn:aws:iam::${product.account}:saml-provider/idp`,
          SAMLAssertion: Buffer.from(SAMLAssertion).toString("base64").slice(0, 100_000),
        }),
      )
      .then(
        () => "answered",
        (error: Error) => error.name,
      );
  test.each([
    ["nested elements", "<a>".repeat(24_000)],
    [
      "attributes",
      `<a ${numbered(7_000, "b")
        .map((name) => `${name}="1"`)
        .join(" ")}/>`,
    ],
    [
      "namespaces",
      `<a ${numbered(3_000, "xmlns:b")
        .map((name) => `${name}="urn:c"`)
        .join(" ")}/>`,
    ],
    ["references", `<a>${"&amp;".repeat(14_000)}</a>`],
    ["entities", `<!DOCTYPE a [<!ENTITY b "${"c".repeat(9_000)}">]><a>${"&b;".repeat(9_000)}</a>`],
  ])("an unsigned SAML response: %s", async (_, xml) => {
    expect(await withinLimit(() => assume(xml))).not.toBe("answered");
  });

  test.each([
    ["nested lists", "[".repeat(13_000)],
    ["dots", ".".repeat(19_000)],
  ])("a web identity token: %s", async (_, text) => {
    const token = `${Buffer.from(text).toString("base64url")}.e30.e30`.slice(0, 20_000);
    const sent = clients.sts.send(
      new sts.AssumeRoleWithWebIdentityCommand({
        RoleArn: `arn:aws:iam::${product.account}:role/some`,
        RoleSessionName: "session",
        WebIdentityToken: token,
      }),
    );
    expect(
      await withinLimit(() =>
        sent.then(
          () => "answered",
          (error: Error) => error.name,
        ),
      ),
    ).not.toBe("answered");
  });

  test("a provider's metadata of nested elements", async () => {
    const SAMLMetadataDocument = "<a>".repeat(80_000);
    const sent = () =>
      refusal(
        clients.iam.send(new iam.CreateSAMLProviderCommand({ Name: "x", SAMLMetadataDocument })),
      );
    expect(await withinLimit(sent)).toEqual(refused(400));
  });
});

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

describe("an account of much content", () => {
  test("its authorization details and credential report", async () => {
    const PolicyDocument = document({ Resource: numbered(60, "arn:aws:s3:::bucket/") });
    for (let start = 0; start < 120; start += 10) {
      await Promise.all(
        numbered(10, `user-${start}-`).map(async (UserName) => {
          await clients.iam.send(new iam.CreateUserCommand({ UserName }));
          const own = { UserName, PolicyName: "own", PolicyDocument };
          await clients.iam.send(new iam.PutUserPolicyCommand(own));
        }),
      );
    }
    const details = await withinLimit(() =>
      clients.iam.send(new iam.GetAccountAuthorizationDetailsCommand({ MaxItems: 1000 })),
    );
    expect(details.UserDetailList).toHaveLength(121);
    await withinLimit(async () => {
      for (;;) {
        const { State } = await clients.iam.send(new iam.GenerateCredentialReportCommand({}));
        if (State === "COMPLETE") return;
      }
    });
    const { Content } = await withinLimit(() =>
      clients.iam.send(new iam.GetCredentialReportCommand({})),
    );
    expect(Buffer.from(Content ?? []).toString()).toContain("user-110-9");
  });
});

describe("a protected API", () => {
  let caller: TestCredentials;
  beforeAll(async () => {
    const { iam: client } = clients;
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName: "caller" }));
    caller = credentialsOf(AccessKey);
    await call(product.apiUrl, caller, "GET", "/orders/1");
    const pattern = `order/*${"a?".repeat(100)}b*`;
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
