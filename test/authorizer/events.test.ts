import { createRouter, requestOfToken, requestOfV1, requestOfV2 } from "@portcullis/authorizer";
import { ordersService } from "@portcullis/example-orders";
import { connectHandler, policyHandler } from "@portcullis/functions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventOf } from "../support/gateway-event.ts";
import {
  ACCOUNT,
  type OwnAuthorizer,
  type OwnInstallation,
  ownAuthorizer,
  ownInstallation,
  ROOT,
  requestOf,
} from "../support/own-authorizer.ts";
import { presign, type Signed, signHeader } from "../support/wire-signer.ts";

/**
 * Events of each kind of API Gateway, with what each of them does to paths, queries and headers on
 * the way.
 */
const HOST = "api.test";
let installation: OwnInstallation;
let authorizer: OwnAuthorizer;
beforeAll(async () => {
  installation = await ownInstallation();
  authorizer = ownAuthorizer(installation, {
    reader: installation.reader(),
    service: ordersService,
  });
});
afterAll(() => installation.stop());

const options = (pathIsDecoded: boolean, connectPath?: string) => () => ({
  authorizer,
  region: "us-east-1",
  apiId: "orders",
  pathIsDecoded,
  router: createRouter(Object.keys(ordersService.routes)),
  connectPath,
});
const METHOD = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/prod/GET";
const split = ({ target }: Signed) => {
  const [path = "", query = ""] = target.split("?");
  return { path, query: [...new URLSearchParams(query)] };
};
const lists = (pairs: readonly (readonly [string, string])[]) =>
  Object.fromEntries(
    pairs.map(([name]) => [
      name,
      pairs.filter(([other]) => other === name).map(([, value]) => value),
    ]),
  );

function v1(signed: Signed, more: object = {}) {
  const { path, query } = split(signed);
  return {
    type: "REQUEST" as const,
    methodArn: `${METHOD}${path}`,
    httpMethod: signed.method,
    resource: "/orders/{orderId}",
    path,
    headers: signed.headers,
    multiValueHeaders: lists(Object.entries(signed.headers)),
    queryStringParameters: Object.fromEntries(query),
    multiValueQueryStringParameters: lists(query),
    pathParameters: { orderId: path.split("/").at(-1) },
    stageVariables: null,
    requestContext: {
      apiId: "a1b2c3",
      stage: "prod",
      path,
      identity: { sourceIp: "192.0.2.7", userAgent: "x" },
    },
    ...more,
  };
}
const effect = async (
  handler: (event: never) => Promise<unknown>,
  event: unknown,
): Promise<string> => {
  try {
    const { policyDocument } = (await handler(event as never)) as {
      policyDocument: { Statement: [{ Effect: string }] };
    };
    return policyDocument.Statement[0].Effect;
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
};

describe("a REST API's REQUEST event", () => {
  it("verifies by the path with its stage, and by a query that the event has decoded and unordered", async () => {
    const query = [
      ["z", "1 2"],
      ["a", "é&=+"],
      ["a", ""],
      ["a", "b"],
    ] as const;
    const signed = signHeader(HOST, ROOT, { path: "/prod/orders/1", query });
    const event = v1(signed, { path: "/orders/1", pathParameters: { orderId: "1" } });
    expect(await effect(policyHandler(options(true)), event)).toBe("Allow");
    const reversed = lists(split(signed).query.reverse());
    expect(
      await effect(policyHandler(options(true)), {
        ...event,
        multiValueQueryStringParameters: reversed,
      }),
    ).toBe("Allow");
    expect(authorizer.lines.at(-1)).toMatchObject({
      action: "orders:GetOrder",
      resource: `arn:aws:orders:us-east-1:${ACCOUNT}:order/1`,
      sourceIp: "192.0.2.7",
    });
  });

  it("is decided by its route's path, whatever the base path of its domain", async () => {
    for (const [path, wire] of [
      ["/whoami", "/prod/whoami"],
      ["/base/whoami", "/base/whoami"],
      ["/base/prod/whoami", "/base/prod/whoami"],
    ] as const) {
      const signed = signHeader(HOST, ROOT, { path: wire });
      const event = v1(signed, { resource: "/whoami", path, pathParameters: null });
      expect(await effect(policyHandler(options(true)), event)).toBe("Allow");
      expect(authorizer.lines.at(-1)?.resource).toMatch(/:orders\/prod\/GET\/whoami$/);
    }
    const other = v1(signHeader(HOST, ROOT, { path: "/prod/other" }), {
      resource: "/whoami",
      path: "/other",
    });
    expect(await effect(policyHandler(options(true)), other)).toBe("Deny");
  });

  it("is decided by both of two header lines of one name", async () => {
    const signed = signHeader(HOST, ROOT, { path: "/prod/orders/1" });
    const twice = {
      ...lists(Object.entries(signed.headers)),
      Authorization: [signed.headers.authorization ?? ""],
    };
    expect(
      await effect(policyHandler(options(true)), v1(signed, { multiValueHeaders: twice })),
    ).toBe("Unauthorized");
  });

  it("reads paths and parameters as they came, and those of an HTTP API decoded", () => {
    const event = v1(signHeader(HOST, ROOT, { path: "/orders/a%20b" }));
    const asIs = { region: "r", pathIsDecoded: false, queryIsDecoded: true };
    expect(requestOfV1(event, asIs)).toMatchObject({
      path: "/orders/a b",
      pathParameters: { orderId: "a b" },
    });
    const decoded = { ...event, path: "/orders/a b", pathParameters: { orderId: "a b" } };
    expect(requestOfV1(decoded, { ...asIs, pathIsDecoded: true })).toMatchObject({
      path: "/orders/a b",
      pathParameters: { orderId: "a b" },
    });
  });
});

describe("a deployed HTTP API's event", () => {
  const event = (wire: string, rawPath: string, stage = "$default") => {
    const { headers } = signHeader(HOST, ROOT, { path: wire });
    const made = eventOf({ method: "GET", rawPath, rawQueryString: "", headers });
    const { requestContext } = made;
    const route = {
      routeKey: "GET /orders/{orderId}",
      pathParameters: { orderId: rawPath.split("/").at(-1) },
    };
    return {
      ...made,
      ...route,
      version: "2.0",
      routeArn: `arn:aws:execute-api:us-east-1:1:a/${stage}/GET${rawPath}`,
      requestContext: { ...requestContext, stage },
    };
  };

  it("verifies though its path comes decoded, whichever way clients escape it", async () => {
    for (const [wire, decoded] of [
      ["/orders/a%20b", "/orders/a b"],
      ["/orders/10:00", "/orders/10:00"],
      ["/orders/10%3A00", "/orders/10:00"],
      ["/orders/%C3%A9%21", "/orders/é!"],
      ["/orders/50%25", "/orders/50%"],
    ] as const)
      expect({
        wire,
        effect: await effect(policyHandler(options(true)), event(wire, decoded)),
      }).toEqual({
        wire,
        effect: "Allow",
      });
  });

  it("does not take a signature of one path for another that decodes to it twice", async () => {
    expect(
      await effect(policyHandler(options(true)), event("/orders/a%20b", "/orders/a%20b")),
    ).toBe("Unauthorized");
    expect(
      await effect(policyHandler(options(true)), event("/orders/a%2520b", "/orders/a%20b")),
    ).toBe("Allow");
  });

  it.each([
    "/orders/bob%40example.com:activate",
    "/orders/bob@example.com%3Aactivate",
    "/orders/(a)%21;b=c%3Dd",
  ])("is verified with the reserved characters that a client escaped: %s", async (wire) => {
    const decoded = decodeURIComponent(wire);
    expect(await effect(policyHandler(options(true)), event(wire, decoded))).toBe("Allow");
    const other = event(wire, `${decoded}x`);
    expect(await effect(policyHandler(options(true)), other)).toBe("Unauthorized");
  });

  it("can have a base path before its route's, and neither it nor a stage counts", () => {
    const requested = (rawPath: string, stage: string, routeKey: string) =>
      requestOfV2(
        { ...event(rawPath, rawPath, stage), routeKey, pathParameters: {} },
        { region: "r", pathIsDecoded: true },
      ).path;
    expect(requested("/base/whoami", "$default", "GET /whoami")).toBe("/whoami");
    expect(requested("/base/dev/whoami", "dev", "GET /whoami")).toBe("/whoami");
    // A route that begins like the stage, reached where the stage is not in the path.
    expect(requested("/dev/whoami", "dev", "GET /dev/whoami")).toBe("/dev/whoami");
    const v1Event = { ...v1(signHeader(HOST, ROOT, { path: "/prod/x" })), pathParameters: null };
    const fallback = { ...v1Event, resource: "$default", path: "/prod/x" };
    const http = { region: "r", pathIsDecoded: true, queryIsDecoded: true };
    expect(requestOfV1(fallback, http).path).toBe("/x");
  });

  it("has its stage in the path, which is signed but does not count", () => {
    const request = requestOfV2(event("/dev/orders/1", "/dev/orders/1", "dev"), {
      region: "r",
      pathIsDecoded: true,
    });
    expect(request).toMatchObject({ path: "/orders/1", signed: { rawPath: "/dev/orders/1" } });
    const unnamed = { ...event("/$default/orders/1", "/$default/orders/1"), routeKey: "$default" };
    expect(requestOfV2(unnamed, { region: "r", pathIsDecoded: true }).path).toBe(
      "/$default/orders/1",
    );
  });
});

describe("a TOKEN event", () => {
  it("has its route found by the definition, colons and all, and proves nothing by a signature", async () => {
    const event = {
      type: "TOKEN" as const,
      authorizationToken: "Bearer a.b.c",
      methodArn: `${METHOD}/orders/10:00`,
    };
    expect(
      requestOfToken(event, {
        region: "r",
        router: createRouter(Object.keys(ordersService.routes)),
      }),
    ).toMatchObject({
      method: "GET",
      path: "/orders/10:00",
      routeKey: "GET /orders/{orderId}",
      pathParameters: { orderId: "10:00" },
      apiId: "a1b2c3",
      stage: "prod",
    });
    const { authorization = "" } = signHeader(HOST, ROOT, { path: "/prod/orders/1" }).headers;
    const signed = {
      type: "TOKEN",
      authorizationToken: authorization,
      methodArn: `${METHOD}/orders/1`,
    };
    expect(await effect(policyHandler(options(true)), signed)).toBe("Unauthorized");
    expect(await effect(policyHandler(options(true)), { ...event, methodArn: "nonsense" })).toMatch(
      /methodArn/,
    );
  });
});

describe("a WebSocket API's $connect", () => {
  const event = (signed: Signed) => {
    const { query } = split(signed);
    return {
      type: "REQUEST",
      methodArn: "arn:aws:execute-api:us-east-1:123456789012:ws/live/$connect",
      headers: signed.headers,
      multiValueHeaders: lists(Object.entries(signed.headers)),
      queryStringParameters: Object.fromEntries(query),
      multiValueQueryStringParameters: lists(query),
      requestContext: {
        routeKey: "$connect",
        eventType: "CONNECT",
        stage: "live",
        apiId: "ws",
        identity: { sourceIp: "192.0.2.7" },
      },
    };
  };

  it("is decided by the stage's path, in the header or, as browsers need it, in the query", async () => {
    const handler = connectHandler(options(true));
    expect(await effect(handler, event(signHeader(HOST, ROOT, { path: "/live" })))).toBe("Allow");
    expect(
      await effect(handler, event(presign(HOST, ROOT, { path: "/live", query: [["room", "1"]] }))),
    ).toBe("Allow");
    expect(authorizer.lines.at(-1)?.resource).toBe(
      `arn:aws:execute-api:us-east-1:${ACCOUNT}:orders/live/$connect`,
    );
    expect(await effect(handler, event(signHeader(HOST, ROOT, { path: "/other" })))).toBe(
      "Unauthorized",
    );
    // What API Gateway takes for an answer has an end, and a long explanation would make a 500 of a
    // 403.
    const caller = { principal: { type: "Root", account: ACCOUNT, arn: "a", userId: "u" } };
    const forbidden = {
      kind: "forbidden",
      message: "m",
      decisionId: "1",
      caller,
      encodedMessage: () => "x",
    };
    const denying = { ...options(true)(), authorizer: { decide: async () => forbidden } } as never;
    expect(
      await connectHandler(() => denying)(
        event(signHeader(HOST, ROOT, { path: "/live" })) as never,
      ),
    ).toEqual({
      principalId: "u",
      policyDocument: expect.objectContaining({
        Statement: [expect.objectContaining({ Effect: "Deny" })],
      }),
      context: { decisionId: "1" },
    });
    expect(
      await effect(
        connectHandler(options(true, "/")),
        event(signHeader(HOST, ROOT, { path: "/" })),
      ),
    ).toBe("Allow");
  });
});

describe("what a request presents", () => {
  const JWT = "e30.e30.c2ln";
  const NO_TOKENS = "this API takes no bearer tokens";
  const NOT_ONE = "the Authorization header holds `Bearer` and not one JWT";
  const BESIDE = "a bearer token beside another Authorization header";
  const reasonOf = async (headers: (readonly [string, string])[], rawQuery = "") => {
    const { signed, ...request } = requestOf({ path: "/whoami" });
    const answer = await authorizer.decide({
      ...request,
      signed: { ...signed, headers, rawQuery },
    });
    expect(answer.kind).toBe("unauthenticated");
    return authorizer.lines.at(-1)?.reason;
  };

  it.each([
    ["a token", `Bearer ${JWT}`, NO_TOKENS],
    ["a scheme in another case", `bearer  ${JWT}`, NO_TOKENS],
    ["no token", "Bearer", NOT_ONE],
    ["two tokens", `Bearer ${JWT} ${JWT}`, NOT_ONE],
    ["a token in a list", `Bearer ${JWT}, ${JWT}`, NOT_ONE],
    ["text after the token", `Bearer ${JWT}.x`, NOT_ONE],
    ["text before the token", `Bearer .${JWT}`, NOT_ONE],
    ["a token of two parts", "Bearer e30.e30", NOT_ONE],
    ["an empty part", "Bearer e30..c2ln", NOT_ONE],
  ])("is one JWT or malformed: %s", async (_, value, reason) => {
    expect(await reasonOf([["Authorization", value]])).toBe(reason);
  });

  it("is no bearer token by a scheme that only begins or ends like it", async () => {
    for (const scheme of ["BearerX", "XBearer", "Basic Bearer"])
      expect(await reasonOf([["Authorization", `${scheme} ${JWT}`]])).toMatch(
        /^IncompleteSignature: /,
      );
    expect(await reasonOf([["X-Authorization", `Bearer ${JWT}`]])).toMatch(
      /^MissingAuthenticationToken: /,
    );
  });

  it("is a bearer token alone, or refused", async () => {
    const bearer = ["Authorization", `Bearer ${JWT}`] as const;
    const signature = ["authorization", "AWS4-HMAC-SHA256 Credential=x"] as const;
    expect(await reasonOf([bearer, signature])).toBe(BESIDE);
    expect(await reasonOf([signature, bearer])).toBe(BESIDE);
    expect(await reasonOf([bearer, bearer])).toBe(BESIDE);
    expect(await reasonOf([bearer], "a=1&x-AMZ-signature=0")).toBe(
      "a bearer token beside a signature in the query",
    );
    expect(await reasonOf([bearer], "a=1")).toBe(NO_TOKENS);
  });
});
