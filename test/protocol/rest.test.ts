import * as accessAnalyzer from "@aws-sdk/client-accessanalyzer";
import {
  clientPaths,
  decodeRequest,
  encodeError,
  encodeResponse,
  loadService,
} from "@portcullis/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CREDENTIALS, serve } from "../support/loopback.ts";

const service = await loadService("access-analyzer");
const ARN = "arn:aws:access-analyzer:us-east-1:123456789012:analyzer/a b";

describe("AccessAnalyzerClient", () => {
  let server: Awaited<ReturnType<typeof serve>>;
  let client: accessAnalyzer.AccessAnalyzerClient;
  const createdAt = new Date("2026-01-02T03:04:05.006Z");
  beforeAll(async () => {
    server = await serve(service, ({ operation }) => {
      if (operation === "GetAnalyzer")
        return {
          output: {
            analyzer: { arn: ARN, name: "a b", type: "ACCOUNT", createdAt, status: "ACTIVE" },
          },
        };
      if (operation === "CreateAnalyzer")
        return {
          error: {
            code: "ConflictException",
            message: "m",
            resourceId: "a",
            resourceType: "t",
          } as never,
        };
      if (operation === "ListAnalyzers")
        return {
          error: { code: "InternalServerException", message: "m", retryAfterSeconds: 7 } as never,
        };
      if (operation === "ListFindingsV2")
        return { error: { code: "AccessDenied", message: "no", encodedAuthorizationMessage: "e" } };
      return { output: operation === "ValidatePolicy" ? { findings: [] } : {} };
    });
    // One endpoint for all services: the service is in the path.
    client = new accessAnalyzer.AccessAnalyzerClient({
      endpoint: `${server.endpoint}/access-analyzer`,
      region: "us-east-1",
      credentials: CREDENTIALS,
      maxAttempts: 1,
    });
  });
  afterAll(() => server.close());

  test("labels, and timestamps in RFC 3339", async () => {
    const { analyzer } = await client.send(
      new accessAnalyzer.GetAnalyzerCommand({ analyzerName: "a b/ü%" }),
    );
    expect(server.calls.at(-1)).toEqual({
      operation: "GetAnalyzer",
      input: { analyzerName: "a b/ü%" },
      signed: true,
    });
    expect(analyzer?.createdAt).toEqual(createdAt);
  });

  test("query parameters beside the body", async () => {
    await client.send(
      new accessAnalyzer.ValidatePolicyCommand({
        policyDocument: "{}",
        policyType: "IDENTITY_POLICY",
        maxResults: 5,
        nextToken: "a+b &",
      }),
    );
    expect(server.calls.at(-1)?.input).toEqual({
      policyDocument: "{}",
      policyType: "IDENTITY_POLICY",
      maxResults: 5,
      nextToken: "a+b &",
    });
  });

  test("an ARN in the path and a list in the query string", async () => {
    await client.send(
      new accessAnalyzer.UntagResourceCommand({ resourceArn: ARN, tagKeys: ["b", "a&"] }),
    );
    expect(server.calls.at(-1)).toMatchObject({
      operation: "UntagResource",
      input: { resourceArn: ARN, tagKeys: ["b", "a&"] },
    });
  });

  test("errors by their names, with members in the body and in headers", async () => {
    const create = client.send(
      new accessAnalyzer.CreateAnalyzerCommand({ analyzerName: "a", type: "ACCOUNT" }),
    );
    await expect(create).rejects.toMatchObject({
      name: "ConflictException",
      message: "m",
      resourceId: "a",
      resourceType: "t",
      $metadata: { httpStatusCode: 409 },
    });
    await expect(client.send(new accessAnalyzer.ListAnalyzersCommand({}))).rejects.toMatchObject({
      name: "InternalServerException",
      retryAfterSeconds: 7,
      $metadata: { httpStatusCode: 500 },
    });
    const list = client.send(new accessAnalyzer.ListFindingsV2Command({ analyzerArn: ARN }));
    await expect(list).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: "no",
      EncodedAuthorizationMessage: "e",
      $metadata: { httpStatusCode: 403 },
    });
  });
});

const decode = (method: string, target: string, body = "") => {
  const [path = "", query = ""] = target.split("?");
  const decoded = decodeRequest(service, { method, path, query, body });
  return decoded.ok ? decoded : decoded.error;
};

describe("routes", () => {
  test.each([
    ["GET", "/analyzer", "ListAnalyzers"],
    ["GET", "/access-analyzer/analyzer", "ListAnalyzers"],
    ["GET", "/analyzer/a", "GetAnalyzer"],
    ["DELETE", "/analyzer/a/archive-rule/r", "DeleteArchiveRule"],
    ["POST", "/analyzer/findings/statistics", "GetFindingsStatistics"],
    ["PUT", "/policy/generation", "StartPolicyGeneration"],
  ])("%s %s is %s", (method, path, operation) => {
    expect(decode(method, path)).toMatchObject({ operation });
  });

  test.each([
    ["POST", "/analyzer/a"],
    ["GET", "/analyzer/"],
    ["GET", "/analyzer//archive-rule"],
    ["GET", "/analyzer/a/b/c"],
    ["GET", "/analyzer/%zz"],
    ["GET", "/__proto__"],
    ["GET", `/analyzer/${"a".repeat(16_384)}`],
    ["GET", "/access-analyzer"],
    ["GET", ""],
  ])("%s %s is none", (method, path) => {
    expect(decode(method, path)).toEqual({
      code: "UnknownOperationException",
      message: "",
      status: 404,
      type: "Sender",
    });
  });
});

describe("paths that an HTTP API decoded", () => {
  const arn = "arn:aws:access-analyzer:us-east-1:123456789012:analyzer/a";
  const encoded = encodeURIComponent(arn);

  test.each(["", "/access-analyzer"])("route as before, below %s", (prefix) => {
    for (const path of [`/tags/${encoded}`, `/tags/${arn}`])
      expect(decode("GET", prefix + path)).toMatchObject({
        operation: "ListTagsForResource",
        input: { resourceArn: arn },
      });
    expect(clientPaths(service, "GET", `${prefix}/tags/${arn}`)).toEqual([
      `${prefix}/tags/${arn}`,
      `${prefix}/tags/${encoded}`,
    ]);
    expect(clientPaths(service, "GET", `${prefix}/tags/${encoded}`)).toHaveLength(1);
    expect(clientPaths(service, "GET", `${prefix}/nowhere`)).toEqual([`${prefix}/nowhere`]);
  });

  test("are themselves in other protocols", async () => {
    const iam = await loadService("iam");
    expect(clientPaths(iam, "POST", "/iam/a:b")).toEqual(["/iam/a:b"]);
  });

  test("each_client_path_routes_alike", () => {
    const segment = fc.string({ unit: fc.constantFrom(..."arn:/%2Fé a"), minLength: 1 });
    fc.assert(
      fc.property(segment, (text) => {
        const path = `/tags/arn:${text}`;
        const [first, ...others] = clientPaths(service, "GET", path).map((of) => decode("GET", of));
        for (const other of others) expect(other).toEqual(first);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe("refused", () => {
  const validation = (message: string) => ({ code: "ValidationException", message, status: 400 });
  test.each([
    ["GET", "/analyzer?maxResults=x", "", "`maxResults` must be an integer"],
    ["GET", "/analyzer?maxResults=1&maxResults=2", "", "`maxResults` is given more than once"],
    ["GET", "/analyzer?a=%zz", "", "the query string has a broken escape"],
    ["GET", `/analyzer?a=${"b".repeat(16_383)}`, "", "the query string is too long"],
    ["GET", `/analyzer?${"a&".repeat(1_001)}`, "", "more than 1000 query parameters"],
    ["PUT", "/analyzer?force=1", "{}", "`force` is not a parameter of CreateAnalyzer"],
  ])("%s %.30s", (method, target, body, message) => {
    expect(decode(method, target, body)).toMatchObject(validation(message));
  });

  test.each([
    ["{", "request body is not JSON"],
    ['{"analyzerName":1}', "NUMBER_VALUE can not be converted to a String"],
    ['{"AnalyzerName":"a"}', "`AnalyzerName` is not a member of CreateAnalyzerRequest"],
    ['{"configuration":{}}', "exactly one member of a union must be present"],
    [
      '{"configuration":{"unusedAccess":{},"internalAccess":{}}}',
      "exactly one member of a union must be present",
    ],
  ])("%s", (body, message) => {
    expect(decode("PUT", "/analyzer", body)).toMatchObject({
      code: "SerializationException",
      message,
    });
  });

  test("a label can't be set by the body", () => {
    expect(decode("PUT", "/analyzer/a/archive-rule", '{"analyzerName":"b"}')).toMatchObject({
      code: "SerializationException",
    });
  });

  test("an operation that reads ignores unknown parameters", () => {
    expect(decode("GET", "/analyzer?Foo=1&maxResults=2")).toMatchObject({
      operation: "ListAnalyzers",
      input: { maxResults: 2 },
    });
  });
});

test("an operation without output answers an empty object", () => {
  expect(encodeResponse(service, "DeleteAnalyzer", {}, "r")).toEqual({
    status: 200,
    headers: { "content-type": "application/json", "x-amzn-requestid": "r" },
    body: "{}",
  });
});

test.each([
  ["Throttling", "ThrottlingException", 429],
  ["ValidationError", "ValidationException", 400],
  ["InvalidClientTokenId", "UnrecognizedClientException", 403],
  ["SignatureDoesNotMatch", "InvalidSignatureException", 403],
  ["ServiceUnavailable", "ServiceUnavailable", 503],
])("%s is %s with status %i", (code, name, status) => {
  const written = encodeError(service, { code, message: "m" }, "r");
  expect([written.status, written.headers["x-amzn-errortype"], written.body]).toEqual([
    status,
    name,
    '{"message":"m"}',
  ]);
});
