import * as analyzer from "@aws-sdk/client-accessanalyzer";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect } from "vitest";
import { send } from "../harness.ts";
import { type MeasuredInstallation, measuredInstallation } from "./measured-installation.ts";

// No request may block the event loop of the product's process for longer.
export const LONGEST_MILLISECONDS = 100;

/** The installation of the running test file. */
export let product: MeasuredInstallation;
/** Clients of its root user. */
export let clients: ReturnType<typeof clientsOf>;

/** Starts an installation for a test file. Its first requests load and compile code. */
export function useMeasuredProduct(): void {
  beforeAll(async () => {
    product = await measuredInstallation();
    clients = clientsOf(product);
    await clients.iam.send(new iam.CreateUserCommand({ UserName: "caller" }));
    await simulate(["s3:GetObject"], [document({ Resource: "*" })]);
    await validate(document({ Resource: "*" }));
    await signIn(
      JSON.stringify({ account: product.account, userName: "caller", password: "wrong" }),
    );
    await product.take();
  }, 60_000);
  afterAll(() => product?.stop());
}

const clientsOf = ({ controlUrl: endpoint, root: credentials }: MeasuredInstallation) => {
  const options = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  return {
    iam: new iam.IAMClient(options),
    analyzer: new analyzer.AccessAnalyzerClient(options),
    sts: new sts.STSClient(options),
  };
};
export const document = (statement: object | readonly object[], count = 1) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: Array.from({ length: count }, () => ({
      Effect: "Allow",
      Action: "s3:*",
      ...statement,
    })),
  });
export const post = (path: string, body: string, contentType: string, headers = {}) =>
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
export const signIn = (body: string) => post("/signin", body, "application/json");
export const form = (path: string, body: string) =>
  post(path, body, "application/x-www-form-urlencoded");
export const simulate = (
  ActionNames: string[],
  PolicyInputList: string[],
  rest: Partial<iam.SimulateCustomPolicyCommandInput> = {},
) =>
  clients.iam.send(new iam.SimulateCustomPolicyCommand({ ActionNames, PolicyInputList, ...rest }));
export const validate = (policyDocument: string) =>
  clients.analyzer.send(
    new analyzer.ValidatePolicyCommand({ policyDocument, policyType: "IDENTITY_POLICY" }),
  );
export const numbered = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
export const refused = (status: number) => expect.objectContaining({ status });

/** Sends a request and holds the loop's longest turn against the limit. */
export async function withinLimit<T>(request: () => Promise<T>): Promise<T> {
  await product.take();
  const answer = await request();
  const { longestMilliseconds } = await product.take();
  expect(longestMilliseconds).toBeLessThan(LONGEST_MILLISECONDS);
  return answer;
}
