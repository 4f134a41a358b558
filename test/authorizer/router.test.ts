import { createRouter } from "@portcullis/authorizer";
import { describe, expect, it } from "vitest";
import { parseRoute } from "../../packages/authorizer/src/request/route.ts";

/** How an HTTP API finds the route of a request (APIGW/http-api-develop-routes). */
describe("a router", () => {
  const routed = (keys: readonly string[], request: string) => {
    const [method = "", path = ""] = request.split(" ");
    return createRouter(keys)(method, path);
  };

  it.each([
    ["GET /a", "GET /a", "GET /a", {}],
    ["GET /", "GET /", "GET /", {}],
    ["GET /a", "POST /a", undefined, {}],
    ["GET /a", "GET /b", undefined, {}],
    ["GET /a", "GET /a/", undefined, {}],
    ["GET /a", "GET /a/b", undefined, {}],
    ["GET /a/b", "GET /a", undefined, {}],
    ["GET /a", "GET a", undefined, {}],
    ["GET /a", "GET xa", undefined, {}],
    ["GET /a", "GET /A", undefined, {}],
    ["GET /a", "GET /%61", undefined, {}],
    ["ANY /a", "PATCH /a", "ANY /a", {}],
    ["GET /a/{id}", "GET /a/1", "GET /a/{id}", { id: "1" }],
    ["GET /a/{id}", "GET /a/", undefined, {}],
    ["GET /a/{id}", "GET /a/1/2", undefined, {}],
    ["GET /{a}/x/{b}", "GET /1/x/2", "GET /{a}/x/{b}", { a: "1", b: "2" }],
    ["GET /a/{p+}", "GET /a/1", "GET /a/{p+}", { p: "1" }],
    ["GET /a/{p+}", "GET /a/1/2/3", "GET /a/{p+}", { p: "1/2/3" }],
    ["GET /{p+}", "GET /a/b", "GET /{p+}", { p: "a/b" }],
    ["GET /a/{p+}", "GET /a", undefined, {}],
    ["GET /a/{p+}", "GET /a/", undefined, {}],
    ["GET /a/b/{p+}", "GET /a", undefined, {}],
    ["GET /{__proto__}", "GET /x", "GET /{__proto__}", Object.fromEntries([["__proto__", "x"]])],
  ])("of %s routes %s to %s", (key, request, routeKey, pathParameters) => {
    const match = routed([key], request);
    expect(match).toEqual(routeKey === undefined ? undefined : { routeKey, pathParameters });
  });

  // In each order of the definition.
  it.each([
    ["a literal before a parameter", ["GET /a/{id}", "GET /a/b"], "GET /a/b", "GET /a/b"],
    ["a parameter before a greedy one", ["GET /{p+}", "GET /{id}"], "GET /a", "GET /{id}"],
    ["a literal before a greedy one", ["GET /{p+}", "GET /a"], "GET /a", "GET /a"],
    ["the first difference", ["GET /{x}/b", "GET /a/{y}"], "GET /a/b", "GET /a/{y}"],
    ["the longer literal", ["GET /a/{p+}", "GET /a/b/{q+}"], "GET /a/b/c", "GET /a/b/{q+}"],
    ["any method for a more literal path", ["GET /{id}", "ANY /a"], "GET /a", "ANY /a"],
    ["the method before any", ["ANY /a", "GET /a"], "GET /a", "GET /a"],
    ["any where the method is another", ["ANY /a", "GET /a"], "PUT /a", "ANY /a"],
    ["the one of the path's length", ["GET /a", "GET /a/b", "GET /a/b/c"], "GET /a/b", "GET /a/b"],
    ["the method of several", ["ANY /a", "PUT /a", "GET /a"], "GET /a", "GET /a"],
  ])("takes %s", (_, keys, request, routeKey) => {
    for (const order of [keys, [...keys].reverse()])
      expect(routed(order, request)?.routeKey).toBe(routeKey);
  });
});

describe("a route key", () => {
  it("has a method and segments", () => {
    expect(parseRoute("ANY /files/{id}/{path+}")).toEqual({
      routeKey: "ANY /files/{id}/{path+}",
      method: "ANY",
      segments: [
        { kind: "literal", text: "files" },
        { kind: "parameter", name: "id" },
        { kind: "greedy", name: "path" },
      ],
    });
    expect(parseRoute("GET /").segments).toEqual([]);
  });

  it.each(["", "GET", "GET ", "/a", "get /a", "GET a", "GET  /a", "GET /a b", " GET /a", "G1 /a"])(
    "is not %j",
    (key) => {
      expect(() => parseRoute(key)).toThrow(
        new TypeError(
          `route \`${key}\` must be a method and a path, such as \`GET /orders/{orderId}\``,
        ),
      );
    },
  );

  it.each([
    ["GET //a", "an empty segment"],
    ["GET /a/", "an empty segment"],
    ["GET /a*", "a segment that is neither a parameter nor plain text"],
    ["GET /a{b}", "a segment that is neither a parameter nor plain text"],
    ["GET /{a}b", "a segment that is neither a parameter nor plain text"],
    ["GET /{}", "a segment that is neither a parameter nor plain text"],
    ["GET /{a$}", "a segment that is neither a parameter nor plain text"],
    ["GET /{a++}", "a segment that is neither a parameter nor plain text"],
    ["GET /{p+}/a", "a greedy parameter before its end"],
    ["GET /{p+}/{q+}", "a greedy parameter before its end"],
    ["GET /{a}/{a}", "the same parameter twice"],
    ["GET /{a}/x/{a+}", "the same parameter twice"],
    ["GET //{a}/{a}", "an empty segment and the same parameter twice"],
  ])("%s has %s", (key, fault) => {
    expect(() => parseRoute(key)).toThrow(new TypeError(`route \`${key}\` has ${fault}`));
  });
});
