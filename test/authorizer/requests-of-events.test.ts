import {
  createRouter,
  type EventV1,
  requestOfConnect,
  requestOfToken,
  requestOfV1,
  requestOfV2,
} from "@portcullis/authorizer";
import { describe, expect, it } from "vitest";
import { unambiguousPath } from "../../packages/authorizer/src/request/path.ts";
import { routedPath, withoutStage } from "../../packages/authorizer/src/request/routed-path.ts";
import { eventOf } from "../support/gateway-event.ts";

/** Each member of a request, as the events of gateways tell it. */
const ARN = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/prod/GET";

describe("a TOKEN event", () => {
  const router = createRouter(["GET /carts", "GET /carts/{id}", "GET /"]);
  const request = (methodArn: string, apiId?: string) =>
    requestOfToken(
      { type: "TOKEN", authorizationToken: "Bearer a.b.c", methodArn },
      { region: "eu-west-1", router, ...(apiId === undefined ? {} : { apiId }) },
    );

  it("has a token, a method and a path, and nothing else of the request", () => {
    const { query, header, ...rest } = request(`${ARN}/carts/a%20b`);
    expect(rest).toEqual({
      signed: {
        method: "GET",
        rawPath: "/carts/a%20b",
        rawQuery: "",
        headers: [["authorization", "Bearer a.b.c"]],
      },
      method: "GET",
      path: "/carts/a b",
      routeKey: "GET /carts/{id}",
      pathParameters: { id: "a b" },
      apiId: "a1b2c3",
      stage: "prod",
      region: "eu-west-1",
    });
    expect([query("q"), header("authorization")]).toEqual([[], []]);
  });

  it.each([
    [`${ARN}/elsewhere`, "$default", "/elsewhere", {}],
    [`${ARN}/`, "GET /", "/", {}],
    [ARN, "GET /", "/", {}],
    [`${ARN}/carts/a:b`, "GET /carts/{id}", "/carts/a:b", { id: "a:b" }],
    [`${ARN}/carts/%61`, "GET /carts/{id}", "/carts/a", undefined],
    [`${ARN}/carts/..`, "GET /carts/{id}", undefined, { id: ".." }],
    [`${ARN}/carts/a%2fb`, "GET /carts/{id}", undefined, undefined],
    [`${ARN}/a\nb`, "$default", undefined, {}],
  ])("of %j has the route %s", (arn, routeKey, path, pathParameters) => {
    const found = request(arn);
    expect([found.routeKey, found.path, found.pathParameters]).toEqual([
      routeKey,
      path,
      pathParameters,
    ]);
  });

  it("is known by the API's own name, where it has one", () => {
    expect(request(`${ARN}/carts`, "orders").apiId).toBe("orders");
  });

  it.each(["", "arn:aws:s3:::a", "arn:aws:execute-api:us-east-1:1:a1b2c3/prod", `x${ARN}/carts`])(
    "without a method's ARN is a fault: %j",
    (arn) => {
      expect(() => request(arn)).toThrow(
        new TypeError("the event's methodArn is not the ARN of a method"),
      );
    },
  );
});

describe("an event of payload 1.0", () => {
  const EVENT: EventV1 = {
    httpMethod: "GET",
    path: "/carts/a%20b",
    resource: "/carts/{id}",
    headers: { Host: "h", "X-A": "last" },
    multiValueHeaders: { Host: ["h"], "X-A": ["first", "last"], "X-None": undefined },
    queryStringParameters: { q: "last &" },
    multiValueQueryStringParameters: { q: ["first", "last &"], none: undefined },
    pathParameters: { id: "a%20b" },
    requestContext: {
      apiId: "a1b2c3",
      stage: "prod",
      path: "/prod/carts/a%20b",
      requestId: "r",
      identity: { sourceIp: "192.0.2.1", userAgent: "x" },
    },
  };
  const rest = { region: "eu-west-1", pathIsDecoded: false, queryIsDecoded: true };
  const flat = ({ query, header, ...members }: ReturnType<typeof requestOfV1>) => ({
    ...members,
    q: query("q"),
    a: header("x-a"),
  });

  it("of a REST API has lists of values, which count before single ones", () => {
    expect(flat(requestOfV1(EVENT, rest))).toEqual({
      signed: {
        method: "GET",
        rawPath: "/prod/carts/a%20b",
        rawQuery: "q=first&q=last%20%26",
        headers: [
          ["Host", "h"],
          ["X-A", "first"],
          ["X-A", "last"],
        ],
      },
      method: "GET",
      path: "/carts/a b",
      routeKey: "GET /carts/{id}",
      pathParameters: { id: "a b" },
      q: ["first", "last &"],
      a: ["first", "last"],
      apiId: "a1b2c3",
      stage: "prod",
      region: "eu-west-1",
      sourceIp: "192.0.2.1",
      userAgent: "x",
      requestId: "r",
    });
  });

  it("may have single values only, or none", () => {
    const {
      multiValueHeaders: _,
      multiValueQueryStringParameters: __,
      resource: ___,
      pathParameters: ____,
      ...single
    } = EVENT;
    const event = { ...single, headers: { "X-A": undefined }, requestContext: {} };
    expect(flat(requestOfV1(event, { ...rest, queryIsDecoded: false }))).toMatchObject({
      signed: { rawPath: "/carts/a%20b", rawQuery: "q=last &", headers: [["X-A", ""]] },
      routeKey: "$default",
      path: "/carts/a b",
      pathParameters: {},
      apiId: "",
      stage: "$default",
    });
    const { queryStringParameters: _____, headers: ______, ...bare } = event;
    const request = requestOfV1(bare, { ...rest, apiId: "shop" });
    expect(request).toMatchObject({ apiId: "shop", signed: { rawQuery: "", headers: [] } });
    expect(request).toMatchObject({ sourceIp: undefined, userAgent: undefined });
    expect(request).not.toHaveProperty("spellings");
  });

  it("of an HTTP API has a decoded path, that may have come in several spellings", () => {
    const decoded = {
      ...EVENT,
      path: "/prod/carts/a b",
      pathParameters: { id: "a b" },
      requestContext: { ...EVENT.requestContext, path: "/prod/carts/a b" },
    };
    const request = requestOfV1(decoded, { ...rest, pathIsDecoded: true });
    expect(request).toMatchObject({ path: "/carts/a b", pathParameters: { id: "a b" } });
    expect(request.spellings).toContain("/prod/carts/a%20b");
  });

  it("may have a parameter without a value", () => {
    const event = { ...EVENT, pathParameters: { id: "a%20b", none: undefined } };
    expect(requestOfV1(event, rest).pathParameters).toStrictEqual({ id: "a b" });
  });

  it("has an address that is null where the gateway knows none", () => {
    const identity = { sourceIp: null, userAgent: null };
    const event = { ...EVENT, requestContext: { ...EVENT.requestContext, identity } };
    expect(requestOfV1(event, rest)).toMatchObject({ sourceIp: undefined, userAgent: undefined });
  });

  it("of a WebSocket API's $connect has the stage's path, or that of its domain", () => {
    const { path: _, ...requestContext } = EVENT.requestContext;
    const { resource: __, pathParameters: ___, ...rest } = EVENT;
    const event = { ...rest, requestContext };
    const options = { region: "eu-west-1" };
    expect(requestOfConnect(event, options)).toMatchObject({
      signed: { method: "GET", rawPath: "/prod", rawQuery: "q=first&q=last%20%26" },
      routeKey: "$connect",
      path: "/",
      stage: "prod",
    });
    expect(requestOfConnect(event, options)).not.toHaveProperty("spellings");
    const atDomain = requestOfConnect(event, { ...options, path: "/chat" });
    expect(atDomain.signed.rawPath).toBe("/chat");
  });
});

describe("an event of payload 2.0", () => {
  const event = {
    ...eventOf({
      method: "GET",
      rawPath: "/prod/carts/a b",
      rawQueryString: "q=1&q=2",
      headers: { "X-A": "1" },
    }),
    routeKey: "GET /carts/{id}",
    pathParameters: { id: "a b" },
  };

  it("has a decoded path only where its gateway decodes", () => {
    const http = requestOfV2(event, { region: "r", pathIsDecoded: true });
    expect(http).toMatchObject({
      path: "/carts/a b",
      routeKey: "GET /carts/{id}",
      apiId: "own",
      stage: "$default",
      sourceIp: "192.0.2.1",
      userAgent: "tests",
      requestId: "request",
    });
    expect(http.spellings).toContain("/prod/carts/a%20b");
    expect([http.query("q"), http.query("none"), http.header("x-a")]).toEqual([
      ["1", "2"],
      [],
      ["1"],
    ]);
    const url = requestOfV2(event, { region: "r", apiId: "named", pathIsDecoded: false });
    expect(url.apiId).toBe("named");
    expect(url).not.toHaveProperty("spellings");
  });
});

describe("a path", () => {
  it.each([
    ["/", true, "/"],
    ["/a/b", true, "/a/b"],
    ["/a/", true, "/a/"],
    ["/a%20b", true, "/a b"],
    ["/a%20b", false, "/a%20b"],
    ["/%C3%A9", true, "/é"],
    ["/%E9", true, undefined],
    ["/%", true, undefined],
    ["/%", false, "/%"],
    ["a", true, undefined],
    ["", true, undefined],
    ["//", true, undefined],
    ["/a//b", true, undefined],
    ["/.", true, undefined],
    ["/a/..", true, undefined],
    ["/%2e%2e", true, undefined],
    ["/a%2fb", true, undefined],
    ["/a%5cb", true, undefined],
    ["/a%00", true, undefined],
    ["/a\u001fb", false, undefined],
    ["/a\u007f", false, undefined],
    ["/...", true, "/..."],
  ])("%j, encoded: %s, is read as %j", (path, encoded, expected) => {
    expect(unambiguousPath(path, encoded)).toBe(expected);
  });

  it.each([
    ["/prod", "prod", "/"],
    ["/prod/", "prod", "/"],
    ["/prod/a", "prod", "/a"],
    ["/production", "prod", "/production"],
    ["/a/prod", "prod", "/a/prod"],
    ["/$default/a", "$default", "/$default/a"],
  ])("%s without the stage %s is %s", (path, stage, expected) => {
    expect(withoutStage(path, stage)).toBe(expected);
  });

  it.each([
    ["/base/a/1", "GET /a/{id}", { id: "1" }, "/a/1"],
    ["/base/a/1/", "GET /a/{id}", { id: "1" }, "/a/1/"],
    ["/base/a/2", "GET /a/{id}", { id: "1" }, undefined],
    ["/base/a/1", "GET /a/{id}", {}, undefined],
    ["/base/a/", "GET /a/{id}", {}, undefined],
    ["/base/a//b", "GET /a/{id}/{other}", { other: "b" }, undefined],
    ["/base/a/1", "GET /a/{id}", { id: undefined }, undefined],
    ["/base/a/1", "GET /a/{constructor}", {}, undefined],
    ["/base/a/1", "GET /a/{id}", undefined, undefined],
    [undefined, "GET /a/{id}", { id: "1" }, undefined],
    ["/base/x/y", "GET /{p+}", { p: "x/y" }, "/x/y"],
    ["/base", "GET /", {}, "/"],
    ["/prod/a", "$default", {}, "/a"],
    [undefined, "$default", {}, undefined],
  ])("%s of the route %s with %j is %s", (path, routeKey, pathParameters, expected) => {
    expect(routedPath(path, { routeKey, pathParameters, stage: "prod" })).toBe(expected);
  });
});
