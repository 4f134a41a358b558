import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayRequestAuthorizerEvent, APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import { afterEach, describe, expect, it } from "vitest";
import { answerCache } from "../../packages/local/src/gateway/answer-cache.ts";
import { callAuthorizer } from "../../packages/local/src/gateway/authorizer-call.ts";
import { type HttpAuthorizer, httpApi } from "../../packages/local/src/gateway/http-api.ts";
import { type RestApi, restApi } from "../../packages/local/src/gateway/rest-api.ts";
import { send } from "../support/harness.ts";

/**
 * The emulated gateways as API Gateway is: APIGW/apigateway-use-lambda-authorizer and
 * APIGW/http-api-lambda-authorizer.
 */
const identity = { apiId: "api", account: "123456789012", region: "us-east-1", stage: "prod" };
const routes = ["GET /a", "GET /b", "GET /c/{id}"];
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(
  listener: RequestListener,
): Promise<
  (path: string, headers?: Record<string, string>) => Promise<{ status: number; body: unknown }>
> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  return async (path, headers = {}) => {
    const { status, body } = await send(`http://127.0.0.1:${port}`, "GET", path, {
      host: "h",
      ...headers,
    });
    return { status, body };
  };
}
const integration = async (event: unknown) => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(
    (event as { requestContext: { authorizer: unknown } }).requestContext.authorizer,
  ),
});
const policy = (Effect: string, Resource: string | readonly string[], context?: object) => ({
  principalId: "me",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Effect, Action: "execute-api:Invoke", Resource }],
  },
  ...(context && { context }),
});

describe("a REST API with a REQUEST authorizer", () => {
  const rest = (
    answer: (event: APIGatewayRequestAuthorizerEvent) => unknown,
    more: { identitySources?: string[]; ttlSeconds?: number } & Pick<
      RestApi,
      "gatewayResponses"
    > = {},
  ) => {
    const { identitySources = [], ttlSeconds = 0, gatewayResponses = {} } = more;
    const authorizer = {
      type: "REQUEST" as const,
      function: async (event: APIGatewayRequestAuthorizerEvent) => answer(event),
      identitySources,
      ttlSeconds,
    };
    return serve(restApi({ identity, routes, authorizer, integration, gatewayResponses }));
  };

  it("asks with the event of payload 1.0 and hands the answer's context to the function behind", async () => {
    let received: APIGatewayRequestAuthorizerEvent | undefined;
    const get = await rest((event) => {
      received = event;
      return policy("Allow", event.methodArn, { team: "blue", level: 3, admin: false });
    });
    expect(await get("/prod/c/a%20b?x=1&x=2&y=%C3%A9", { "X-One": "1" })).toEqual({
      status: 200,
      body: { principalId: "me", team: "blue", level: 3, admin: false },
    });
    expect(received).toMatchObject({
      type: "REQUEST",
      methodArn: "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/c/a%20b",
      resource: "/c/{id}",
      path: "/c/a%20b",
      httpMethod: "GET",
      headers: { "X-One": "1" },
      multiValueHeaders: { "X-One": ["1"] },
      pathParameters: { id: "a%20b" },
      queryStringParameters: { x: "2", y: "é" },
      multiValueQueryStringParameters: { x: ["1", "2"], y: ["é"] },
      requestContext: { path: "/prod/c/a%20b", stage: "prod", identity: { sourceIp: "127.0.0.1" } },
    });
    expect(received).not.toHaveProperty("body");
  });

  it.each<[string, () => unknown, number, unknown]>([
    [
      "a deny",
      () => policy("Deny", "*"),
      403,
      { Message: "User is not authorized to access this resource with an explicit deny" },
    ],
    [
      "an allow of another method",
      () => policy("Allow", "arn:aws:execute-api:us-east-1:123456789012:api/prod/POST/a"),
      403,
      { Message: "User is not authorized to access this resource" },
    ],
    [
      "Unauthorized thrown",
      () => {
        throw new Error("Unauthorized");
      },
      401,
      { message: "Unauthorized" },
    ],
    [
      "anything else thrown",
      () => {
        throw new Error("unauthorized");
      },
      500,
      { message: null },
    ],
    ["no answer", () => undefined, 500, { message: null }],
    [
      "an answer without a principal",
      () => ({ ...policy("Allow", "*"), principalId: "" }),
      500,
      { message: null },
    ],
    ["an answer without a policy", () => ({ principalId: "me" }), 500, { message: null }],
    ["a policy that is none", () => policy("allow", "*"), 500, { message: null }],
    ["a nested context", () => policy("Allow", "*", { a: { b: 1 } }), 500, { message: null }],
    [
      "a resource longer than 512 characters",
      () => policy("Allow", `arn:aws:execute-api:*:*:${"x".repeat(500)}`),
      500,
      { message: null },
    ],
    ["an HTTP API's simple answer", () => ({ isAuthorized: true }), 500, { message: null }],
  ])("answers to %s as API Gateway does", async (_, answer, status, body) => {
    expect(await (await rest(answer))("/prod/a")).toEqual({ status, body });
  });

  it("asks about no method whose ARN is longer than 1,600 bytes", async () => {
    let calls = 0;
    const get = await rest(({ methodArn }) => {
      calls++;
      return policy("Deny", methodArn.slice(0, 500));
    });
    const length = 1_600 - "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/c/".length;
    expect((await get(`/prod/c/${"x".repeat(length)}`)).status).toBe(403);
    expect((await get(`/prod/c/${"x".repeat(length + 1)}`)).status).toBe(414);
    expect(calls).toBe(1);
  });

  it("fills gateway responses from the authorizer's context, as it is", async () => {
    const get = await rest(() => policy("Deny", "*", { message: 'no \\"way\\"' }), {
      gatewayResponses: {
        ACCESS_DENIED:
          '{"message":"$context.authorizer.message","other":"$context.authorizer.other"}',
      },
    });
    expect(await get("/prod/a")).toEqual({ status: 403, body: { message: 'no "way"', other: "" } });
  });

  it("is not called without its identity sources", async () => {
    let calls = 0;
    const get = await rest(
      ({ methodArn }) => {
        calls++;
        return policy("Allow", methodArn);
      },
      { identitySources: ["method.request.header.X-Key", "method.request.querystring.q"] },
    );
    expect((await get("/prod/a", { "x-key": "1" })).status).toBe(401);
    expect((await get("/prod/a?q=", { "x-key": "1" })).status).toBe(401);
    expect(calls).toBe(0);
    expect((await get("/prod/a?q=1", { "x-key": "1" })).status).toBe(200);
  });

  it("keeps a policy by its identity sources, and holds every method against it", async () => {
    let calls = 0;
    const get = await rest(
      ({ methodArn }) => {
        calls++;
        return policy("Allow", methodArn);
      },
      { identitySources: ["method.request.header.X-Key"], ttlSeconds: 300 },
    );
    const statuses = async (...paths: string[]) => {
      const all: number[] = [];
      for (const path of paths) all.push((await get(path, { "x-key": "1" })).status);
      return all;
    };
    // Why our own answers are not for keeping: a policy for one method denies the others
    // (serverless#6176 and many more).
    expect(await statuses("/prod/a", "/prod/a", "/prod/b", "/prod/a")).toEqual([
      200, 200, 403, 200,
    ]);
    expect(calls).toBe(1);
    expect((await get("/prod/b", { "x-key": "2" })).status).toBe(200);
    expect(calls).toBe(2);
  });
});

describe("a REST API with a TOKEN authorizer", () => {
  it("asks with the token and the method's ARN alone, and only about what looks like a token", async () => {
    const received: APIGatewayTokenAuthorizerEvent[] = [];
    const get = await serve(
      restApi({
        identity,
        routes,
        integration,
        authorizer: {
          type: "TOKEN",
          function: async (event) => {
            received.push(event);
            return policy("Allow", event.methodArn);
          },
          header: "Authorization",
          validation: /^Bearer /,
          ttlSeconds: 60,
        },
      }),
    );
    expect((await get("/prod/a")).status).toBe(401);
    expect((await get("/prod/a", { authorization: "Basic x" })).status).toBe(401);
    expect((await get("/prod/a", { authorization: "Bearer x" })).status).toBe(200);
    expect((await get("/prod/a", { authorization: "Bearer x" })).status).toBe(200);
    expect(received).toEqual([
      {
        type: "TOKEN",
        authorizationToken: "Bearer x",
        methodArn: "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/a",
      },
    ]);
  });
});

describe("an HTTP API", () => {
  const http = (authorizer: HttpAuthorizer) =>
    serve(
      httpApi({ identity: { ...identity, stage: "$default" }, routes, authorizer, integration }),
    );

  it("keeps a simple answer for every route that shares its identity sources", async () => {
    let calls = 0;
    const counting = (identitySources: string[]) =>
      http({
        payload: "2.0",
        response: "simple",
        identitySources,
        ttlSeconds: 60,
        function: async ({ rawPath }) => {
          calls++;
          return { isAuthorized: rawPath === "/a", context: { list: [1] } };
        },
      });
    const loose = await counting(["$request.header.Authorization"]);
    expect((await loose("/a", { authorization: "x" })).body).toEqual({ lambda: { list: [1] } });
    // This is why caching needs the route key (APIGW/http-api-lambda-authorizer, caching).
    expect((await loose("/b", { authorization: "x" })).status).toBe(200);
    expect(calls).toBe(1);
    const tight = await counting(["$request.header.Authorization", "$context.routeKey"]);
    expect((await tight("/a", { authorization: "x" })).status).toBe(200);
    expect((await tight("/b", { authorization: "x" })).status).toBe(403);
  });

  it.each<[string, unknown, number]>([
    ["isAuthorized that is a string", { isAuthorized: "true" }, 500],
    ["nothing", undefined, 500],
    ["a list", [true], 500],
    ["a refusal", { isAuthorized: false }, 403],
  ])("takes for no allow: %s", async (_, answer, status) => {
    const get = await http({
      payload: "2.0",
      response: "simple",
      identitySources: [],
      ttlSeconds: 0,
      function: async () => answer,
    });
    expect((await get("/a")).status).toBe(status);
  });

  it("takes IAM policies with either payload, matched with the route's ARN", async () => {
    const forPath = (path: string) =>
      policy("Allow", `arn:aws:execute-api:us-east-1:123456789012:api/$default/GET${path}`);
    const two = await http({
      payload: "2.0",
      response: "iam",
      identitySources: [],
      ttlSeconds: 0,
      function: async () => forPath("/a"),
    });
    expect([(await two("/a")).status, (await two("/b")).status]).toEqual([200, 403]);
    let version: string | undefined;
    const one = await http({
      payload: "1.0",
      response: "iam",
      identitySources: [],
      ttlSeconds: 0,
      function: async (event) => {
        version = event.version;
        return policy("Allow", event.methodArn);
      },
    });
    expect((await one("/a")).status).toBe(200);
    expect(version).toBe("1.0");
  });

  it("takes an authorizer that does not answer for one that failed", async () => {
    expect(await callAuthorizer(() => new Promise(() => {}), {}, 20)).toEqual({ kind: "failed" });
  });
});

describe("a cached answer", () => {
  it("is used until it expires; failures and 401 are not cached", async () => {
    let now = 0;
    const cache = answerCache(10, 1, () => now);
    const answered = (answer: number) => async () => ({ kind: "answered" as const, answer });
    expect(await cache.answer(["a"], async () => ({ kind: "unauthorized" }))).toEqual({
      kind: "unauthorized",
    });
    expect(await cache.answer(["a"], answered(1))).toEqual({ kind: "answered", answer: 1 });
    now = 9_999;
    expect(await cache.answer(["a"], answered(2))).toEqual({ kind: "answered", answer: 1 });
    expect(await cache.answer(["a,b"], answered(3))).toEqual({ kind: "answered", answer: 3 });
    expect(await cache.answer(["a", "b"], answered(4))).toEqual({ kind: "answered", answer: 4 });
    now = 10_000;
    expect(await cache.answer(["a"], async () => ({ kind: "failed" }))).toEqual({ kind: "failed" });
    expect(await cache.answer(["a"], answered(5))).toEqual({ kind: "answered", answer: 5 });
    expect(() => answerCache(3601, 1)).toThrow(RangeError);
  });

  it("is cached by identity sources or not at all: else callers would share it", async () => {
    const authorizer = { function: async () => undefined, identitySources: [], ttlSeconds: 1 };
    const http = { ...authorizer, payload: "2.0", response: "simple" } as const;
    expect(() => httpApi({ identity, routes, integration, authorizer: http })).toThrow(RangeError);
    const rest = { ...authorizer, type: "REQUEST" } as const;
    expect(() => restApi({ identity, routes, integration, authorizer: rest })).toThrow(RangeError);
  });
});
