import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  AccessAnalyzerClient,
  GetAnalyzerCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-accessanalyzer";
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import type { HttpHandler } from "@portcullis/functions";
import { decodeRequest, encodeResponse, loadService, type ServiceName } from "@portcullis/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { controlServer } from "../../packages/local/src/control-server.ts";
import { send } from "../support/harness.ts";

// One endpoint for all services. Each handler here decodes and answers, and authenticates nothing.

let server: Server;
let endpoint: string;
const decoded: string[] = [];

const handler =
  (name: ServiceName, output: object): HttpHandler =>
  async ({ rawPath, rawQueryString, body = "", isBase64Encoded, headers, requestContext }) => {
    const service = await loadService(name);
    const request = decodeRequest(service, {
      body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
      query: rawQueryString,
      target: headers["x-amz-target"],
      method: requestContext.http.method,
      path: rawPath,
    });
    const operation = request.ok ? request.operation : request.error.code;
    decoded.push(`${name} ${operation} ${JSON.stringify(request.ok ? request.input : {})}`);
    if (!request.ok) return { statusCode: 400, body: operation };
    const answer = encodeResponse(service, operation, output, "r");
    return { statusCode: answer.status, headers: { ...answer.headers }, body: answer.body };
  };

beforeAll(async () => {
  const identity = { apiId: "control", account: "1", region: "us-east-1", stage: "$default" };
  const handlers = {
    "/sts": handler("sts", {}),
    "/access-analyzer": handler("access-analyzer", {}),
    "/cloudtrail": handler("cloudtrail", { Events: [] }),
  };
  server = createServer(controlServer(identity, handlers));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const common = {
  region: "us-east-1",
  credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "secret" },
  maxAttempts: 1,
};

test.each(["", "/", "/access-analyzer"])("a REST service is served below %s", async (path) => {
  const client = new AccessAnalyzerClient({ ...common, endpoint: `${endpoint}${path}` });
  await client.send(new GetAnalyzerCommand({ analyzerName: "a" })).catch(() => {});
  expect(decoded.at(-1)).toBe('access-analyzer GetAnalyzer {"analyzerName":"a"}');
  const resourceArn = "arn:aws:access-analyzer:us-east-1:1:analyzer/a";
  await client.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(decoded.at(-1)).toBe(
    `access-analyzer ListTagsForResource {"resourceArn":"${resourceArn}"}`,
  );
});

test.each(["", "/cloudtrail"])("a JSON service is served below %s", async (path) => {
  const client = new CloudTrailClient({ ...common, endpoint: `${endpoint}${path}` });
  expect((await client.send(new LookupEventsCommand({ MaxResults: 1 }))).Events).toEqual([]);
  expect(decoded.at(-1)).toBe('cloudtrail LookupEvents {"MaxResults":1}');
});

test("a path of no service, and a service without a handler, are not found", async () => {
  const host = new URL(endpoint).host;
  const scope = (service: string) => ({
    host,
    authorization: `AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/${service}/aws4_request`,
  });
  const count = decoded.length;
  for (const [path, service] of [
    ["/nowhere", "sts"],
    ["/analyzer", "cloudtrail"],
    ["/constructor", "constructor"],
    ["/cloudtrail/x", "cloudtrail"],
  ] as const)
    expect((await send(endpoint, "GET", path, scope(service))).status).toBe(404);
  expect((await send(endpoint, "POST", "/", scope("iam"))).status).toBe(404);
  expect(decoded).toHaveLength(count);
});

test("a request that names no service is for STS", async () => {
  const host = new URL(endpoint).host;
  await send(endpoint, "GET", "/?Action=GetCallerIdentity", { host });
  expect(decoded.at(-1)).toBe("sts InvalidAction {}");
});
