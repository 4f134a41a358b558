import type { ApiRequest } from "@portcullis/authorizer";
import {
  type AuthorizedEvent,
  authorizedRequest,
  authorizeRequest,
  requireAuthorization,
} from "@portcullis/authorizer/middleware";
import { defineService } from "@portcullis/authorizer/service-definition";
import { describe, expect, it } from "vitest";
import { authorizerContext } from "../../packages/authorizer/src/middleware/require-authorization.ts";
import { eventOf, HOST } from "../support/gateway-event.ts";
import { allow, document } from "../support/people.ts";
import { recordWorld, signedRequest } from "../support/record-world.ts";

/** What the middlewares answer in place of a handler, and what they take from an event. */
const JSON_TYPE = { "content-type": "application/json" };
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("requireAuthorization", () => {
  const context = { principalArn: "arn:a", accountId: "1", contentSha256: EMPTY };
  const answer = (event: object) =>
    requireAuthorization().before({ event: event as AuthorizedEvent } as never);
  const v2 = (authorizer: unknown, body = "") => ({
    routeKey: "GET /a",
    body,
    requestContext: { authorizer },
  });
  const v1 = (authorizer: unknown, body = "") => ({ body, requestContext: { authorizer } });
  const NOT_DECIDED = {
    statusCode: 500,
    headers: JSON_TYPE,
    body: '{"message":"Internal Server Error"}',
  };

  it.each([
    ["no context of the request", {}],
    ["no authorizer", { routeKey: "GET /a", requestContext: {} }],
    ["an authorizer that is null", v2(null)],
    ["an authorizer that is a text", v2("lambda")],
    ["an empty authorizer", v2({})],
    ["a context that is null", v2({ lambda: null })],
    ["a context that is a text", v2({ lambda: "arn" })],
    ["a list for a context", v2({ lambda: [context] })],
    ["no principal", v2({ lambda: { ...context, principalArn: "" } })],
    ["no hash", v2({ lambda: { ...context, contentSha256: "" } })],
    ["a hash that is no text", v2({ lambda: { ...context, contentSha256: 1 } })],
    ["a context in the place of payload 1.0 beside another", v2({ ...context, lambda: {} })],
    ["a context in the place of payload 2.0", v1({ lambda: context })],
    ["somebody unknown", v1({ ...context, principalArn: "", principalType: "User" })],
  ])("answers 500 to an event with %s", (_, event) => {
    expect(answer(event)).toEqual(NOT_DECIDED);
  });

  it.each([
    ["of an HTTP API", v2({ lambda: context })],
    ["of an HTTP API with payload 1.0", v1({ ...context, principalId: "p" })],
    ["of a context that has no text for a value besides", v1({ ...context, level: 3 })],
    [
      "of an API that is observed",
      v1({ ...context, principalArn: "", principalType: "Anonymous" }),
    ],
    ["of an unsigned body", v1({ ...context, contentSha256: "UNSIGNED-PAYLOAD" }, "any")],
  ])("lets an event pass %s", (_, event) => {
    expect(answer(event)).toBeUndefined();
  });

  it("answers 400 to another body, whatever its length", () => {
    for (const contentSha256 of [EMPTY, "00", EMPTY.slice(2)])
      expect(answer(v2({ lambda: { ...context, contentSha256 } }, "any"))).toEqual({
        statusCode: 400,
        headers: JSON_TYPE,
        body: '{"message":"The body is not the one that was signed: its SHA-256 differs from x-amz-content-sha256."}',
      });
  });

  it("reads the bytes of a body in base64", () => {
    const hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    const event = v2({ lambda: { ...context, contentSha256: hash } }, "eA==");
    expect(answer({ ...event, isBase64Encoded: true })).toBeUndefined();
    expect(answer({ ...event, isBase64Encoded: false })).toMatchObject({ statusCode: 400 });
  });

  it("hands on texts only", () => {
    const event = v1({ ...context, level: 3, admin: true, none: null }) as unknown;
    expect(authorizerContext(event as AuthorizedEvent)).toEqual(context);
  });
});

describe("authorizeRequest", () => {
  const service = defineService({
    service: "shop",
    routes: { "GET /carts/{id}": { action: "shop:Get", resource: "cart/{id}" } },
  });
  const asked: ApiRequest[] = [];
  const run = async (event: unknown, options: object = {}, kind = "failed") => {
    asked.length = 0;
    const authorizer = {
      decide: async (request: ApiRequest) => {
        asked.push(request);
        return { kind, decisionId: "1" } as never;
      },
    };
    const middleware = authorizeRequest({
      authorizer: () => authorizer,
      region: "eu-west-1",
      apiId: "shop",
      service,
      ...options,
    });
    const answer = await middleware.before({ event } as never);
    return { answer, request: asked[0] };
  };
  const REST = {
    httpMethod: "GET",
    path: "/prod/carts/a b",
    resource: "/{proxy+}",
    headers: { host: HOST },
    multiValueHeaders: null,
    queryStringParameters: { q: "a&b" },
    multiValueQueryStringParameters: null,
    body: null,
    requestContext: { stage: "prod", path: "/prod/carts/a b", identity: { sourceIp: "192.0.2.1" } },
  };

  it("answers a failure and missing credentials as a gateway would", async () => {
    const form = { headers: JSON_TYPE, isBase64Encoded: false };
    expect((await run(REST)).answer).toEqual({
      statusCode: 500,
      body: '{"message":"Internal Server Error"}',
      ...form,
    });
    expect((await run(REST, {}, "unauthenticated")).answer).toEqual({
      statusCode: 401,
      body: '{"message":"Unauthorized"}',
      ...form,
    });
  });

  it("answers a denial with its sentence and the encoded message", async () => {
    const { decide } = {
      decide: async () => ({
        kind: "forbidden" as const,
        message: "no",
        decisionId: "1",
        caller: {} as never,
        encodedMessage: async () => "sealed",
      }),
    };
    expect((await run(REST, { authorizer: () => ({ decide }) })).answer).toEqual({
      statusCode: 403,
      headers: JSON_TYPE,
      isBase64Encoded: false,
      body: '{"message":"no","encodedAuthorizationMessage":"sealed"}',
    });
  });

  it("knows that a function URL passes the path on as it came", async () => {
    const headers = { host: HOST };
    const rawPath = "/carts/a%20b";
    const event = eventOf({ method: "GET", rawPath, rawQueryString: "q=1", headers });
    const { request } = await run(event);
    expect(request).toMatchObject({
      signed: { rawPath, rawQuery: "q=1" },
      path: "/carts/a b",
      routeKey: "GET /carts/{id}",
      pathParameters: { id: "a b" },
      apiId: "shop",
      region: "eu-west-1",
    });
    expect(request).not.toHaveProperty("spellings");
    const decoded = { ...event, rawPath: "/carts/a b" };
    const http = await run(decoded, { pathIsDecoded: true });
    expect(http.request?.spellings).toContain("/carts/a%20b");
  });

  it.each([
    ["https", true],
    ["http", false],
    ["https,http", false],
  ])("knows of a load balancer that %s is secure: %s", async (proto, expected) => {
    const { request } = await run(balancer({ "x-forwarded-proto": proto }));
    expect(request?.secureTransport).toBe(expected);
  });

  it("takes the stage from the path of an API that decodes, and of no other", async () => {
    const { request } = await run(REST, { pathIsDecoded: true });
    expect(request).toMatchObject({
      routeKey: "GET /carts/{id}",
      path: "/carts/a b",
      pathParameters: { id: "a b" },
      sourceIp: "192.0.2.1",
    });
    expect(request?.query("q")).toEqual(["a&b"]);
    const rest = { ...REST, path: "/carts/a%20b" };
    expect((await run(rest)).request).toMatchObject({
      routeKey: "GET /carts/{id}",
      path: "/carts/a b",
      pathParameters: { id: "a b" },
    });
    expect((await run(rest)).request).not.toHaveProperty("spellings");
    // A REST API has removed it: what is left of that name is a segment of its own.
    const named = { ...REST, path: "/prod/carts/1" };
    expect((await run(named)).request?.routeKey).toBe("$default");
    const noStage = { ...REST, path: "/carts/1", requestContext: { identity: {} } };
    expect((await run(noStage, { pathIsDecoded: true })).request?.routeKey).toBe("GET /carts/{id}");
  });

  const balancer = (headers: object, query: object = { q: "a%26b" }) => ({
    requestContext: { elb: { targetGroupArn: "arn" } },
    httpMethod: "GET",
    path: "/carts/a%20b",
    headers: { host: HOST, ...headers },
    queryStringParameters: query,
    body: "",
    isBase64Encoded: false,
  });

  it("knows that a load balancer passes path and query on as they came", async () => {
    const { request } = await run(balancer({ "user-agent": "curl" }));
    expect(request).toMatchObject({
      signed: { rawPath: "/carts/a%20b", rawQuery: "q=a%26b" },
      path: "/carts/a b",
      pathParameters: { id: "a b" },
      apiId: "shop",
      region: "eu-west-1",
      userAgent: "curl",
      secureTransport: false,
    });
    expect(request?.query("q")).toEqual(["a&b"]);
    expect(request).not.toHaveProperty("spellings");
  });

  it.each([
    ["one address", { "x-forwarded-for": "192.0.2.7" }, "192.0.2.7"],
    ["the last of several", { "x-forwarded-for": "203.0.113.9, 192.0.2.7" }, "192.0.2.7"],
    ["none", {}, undefined],
  ])("trusts what a load balancer appends, where it may: %s", async (_, headers, expected) => {
    const { request } = await run(balancer(headers), { trustForwardedFor: true });
    expect(request?.sourceIp).toBe(expected);
    expect((await run(balancer(headers))).request?.sourceIp).toBeUndefined();
  });

  it("trusts the last of a repeated header", async () => {
    const event = {
      ...balancer({}),
      multiValueHeaders: { "x-forwarded-for": ["203.0.113.9", "198.51.100.1, 192.0.2.7"] },
    };
    const { request } = await run(event, { trustForwardedFor: true });
    expect(request?.sourceIp).toBe("192.0.2.7");
  });

  it("passes the caller on, in the place that each payload has for it", async () => {
    const world = recordWorld();
    const inline = [{ name: "own", document: document(allow("*")) }];
    const { decide } = world.authorizer();
    const session = world.roleSession(world.role("clerk", { inline }));
    const { signed } = signedRequest(session, { path: "/carts/1" });
    const headers = Object.fromEntries(signed.headers.map(([name, value]) => [name, value]));
    const event = eventOf({ method: "GET", rawPath: "/carts/1", rawQueryString: "", headers });
    const middleware = authorizeRequest({
      authorizer: () => ({ decide }),
      region: "us-east-1",
      apiId: "shop",
      service,
    });
    const v2 = { event: event as unknown };
    expect(await middleware.before(v2 as never)).toBeUndefined();
    expect(v2.event).toMatchObject({
      routeKey: "GET /carts/{id}",
      pathParameters: { id: "1" },
      requestContext: { authorizer: { lambda: { roleName: "clerk" } }, http: { method: "GET" } },
    });
    const v1 = { event: { ...balancer(headers, {}), path: "/carts/1" } as unknown };
    expect(await middleware.before(v1 as never)).toBeUndefined();
    expect(v1.event).toMatchObject({
      resource: "/carts/{id}",
      pathParameters: { id: "1" },
      requestContext: { authorizer: { roleName: "clerk" }, elb: {} },
    });
  });
});

describe("authorizedRequest", () => {
  const context = { principalArn: "arn:a" };
  const of = (event: object) => authorizedRequest(event as AuthorizedEvent);

  it("reads an event of either payload", () => {
    const http = {
      routeKey: "GET /carts/{id}",
      pathParameters: { id: "a%20b" },
      body: "x",
      requestContext: { authorizer: { lambda: context } },
    };
    expect(of(http)).toEqual({
      routeKey: "GET /carts/{id}",
      pathParameters: { id: "a%20b" },
      caller: context,
      body: Buffer.from("x"),
    });
    const rest = {
      httpMethod: "GET",
      resource: "/carts/{id}",
      pathParameters: { id: "a%20b" },
      body: "eA==",
      isBase64Encoded: true,
      requestContext: { authorizer: context },
    };
    const expected = { routeKey: "GET /carts/{id}", caller: context, body: Buffer.from("x") };
    expect(of(rest)).toEqual({ ...expected, pathParameters: { id: "a b" } });
    // Only HTTP APIs send a version. They have decoded already.
    expect(of({ ...rest, version: "1.0" })).toEqual({
      ...expected,
      pathParameters: { id: "a%20b" },
    });
  });

  it("has no parameters where the event has none, or has some that are no clear text", () => {
    const rest = { httpMethod: "GET", resource: "/a", body: null, requestContext: {} };
    const bare = { routeKey: "GET /a", pathParameters: {}, caller: {}, body: Buffer.alloc(0) };
    expect(of({ ...rest, pathParameters: null })).toEqual(bare);
    expect(of({ ...rest, pathParameters: { id: "%61" } })).toEqual(bare);
    expect(of({ routeKey: "GET /a", requestContext: {} })).toEqual(bare);
  });
});
