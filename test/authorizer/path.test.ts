import { requestOfV1, requestOfV2 } from "@portcullis/authorizer";
import { createRouter } from "@portcullis/authorizer/route";
import { wirePaths } from "@portcullis/protocol/sigv4";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodedParameters, unambiguousPath } from "../../packages/authorizer/src/request/path.ts";
import { routedPath } from "../../packages/authorizer/src/request/routed-path.ts";
import { eventOf } from "../support/gateway-event.ts";

const PIECES = [
  "/",
  "//",
  ".",
  "..",
  "%2e",
  "%2F",
  "%5c",
  "%00",
  "%",
  "%zz",
  "%25",
  "%C3%A9",
  "é",
  "a",
  "B",
  ":",
  "*",
  "~",
  "+",
  " ",
  ";",
  "%2525",
  "%61",
  "\\",
];
const rawPath = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), { maxLength: 8 })
  .map((pieces) => `/${pieces.join("")}`);
const decodeOnce = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

const decodedAll = (raw: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, decodeOnce(value) ?? value]),
  );

describe("paths", () => {
  it("what_is_judged_is_what_the_function_behind_decodes", () => {
    fc.assert(
      fc.property(rawPath, (path) => {
        const checked = unambiguousPath(path, true);
        if (checked === undefined) return;
        expect(checked).toBe(decodeOnce(path));
        expect(checked.split("/")).toHaveLength(path.split("/").length);
        expect(checked).not.toMatch(/\/\/|\/\.\.?(?:\/|$)|\\/);
      }),
    );
  });

  it("a_decoded_path_is_judged_as_it_is", () => {
    fc.assert(
      fc.property(rawPath, (path) => {
        expect([path, undefined]).toContain(unambiguousPath(path, false));
      }),
    );
  });

  it("every_spelling_on_the_wire_decodes_to_the_path", () => {
    fc.assert(
      fc.property(rawPath, (path) => {
        const wellFormed = path.toWellFormed();
        for (const spelling of wirePaths(wellFormed)) expect(decodeOnce(spelling)).toBe(wellFormed);
      }),
    );
  });

  it("a_parameter_is_judged_decoded_when_spelled_as_clients_do", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const encoded = encodeURIComponent(value.toWellFormed());
        // An escaped slash would be a segment more to whoever decodes first and splits then.
        const checked = value.includes("/") ? undefined : { value: value.toWellFormed() };
        expect(decodedParameters({ value: encoded })).toEqual(checked);
      }),
    );
    for (const odd of ["%61", "a%2fb", "%c3%a9", "%", "%zz", "%ff"])
      expect(decodedParameters({ odd })).toBeUndefined();
  });

  it("are the same to the authorizer and to the function behind it, in every kind of event", () => {
    const route = createRouter(["GET /files/{path+}", "GET /orders/{orderId}"]);
    fc.assert(
      fc.property(rawPath, (path) => {
        const match = route("GET", path);
        const v2 = requestOfV2(
          {
            ...eventOf({ method: "GET", rawPath: path, rawQueryString: "", headers: {} }),
            // Gateways of payload 2.0 hand parameters over decoded.
            ...(match && {
              routeKey: match.routeKey,
              pathParameters: decodedAll(match.pathParameters),
            }),
          },
          { region: "r", pathIsDecoded: false },
        );
        const v1 = requestOfV1(
          {
            httpMethod: "GET",
            path,
            requestContext: { path },
            ...(match && { resource: match.routeKey.slice(4) }),
            pathParameters: match?.pathParameters ?? null,
          },
          { region: "r", pathIsDecoded: false, queryIsDecoded: true },
        );
        // What a REST API's event has escaped without need can be read in two ways.
        if (v1.pathParameters !== undefined) expect(v1.path).toBe(v2.path);
        else expect(v1.path).toBe(match === undefined ? v2.path : undefined);
        expect(v2.signed.rawPath).toBe(path);
        for (const [name, value] of Object.entries(v1.pathParameters ?? {}))
          expect(value).toBe(decodeOnce(match?.pathParameters[name] ?? ""));
      }),
    );
  });

  it("the_path_that_is_judged_is_the_one_that_was_routed, whatever is put before it", () => {
    const routed = (
      path: string | undefined,
      routeKey: string,
      raw: Record<string, string> | undefined,
    ) => routedPath(path, { routeKey, pathParameters: raw, stage: "prod" });
    const before = fc.constantFrom("", "/prod", "/base", "/base/prod", "/v1/deep/base");
    fc.assert(
      fc.property(rawPath, before, (path, base) => {
        const [whole = "", own = ""] = [base + path, path].map((one) => unambiguousPath(one, true));
        const match = createRouter([
          "GET /{path+}",
          "GET /orders/{orderId}",
          "GET /whoami",
          "GET /",
        ])("GET", own);
        if (own === "" || match === undefined) return;
        expect(routed(whole, match.routeKey, { ...match.pathParameters })).toBe(own);
      }),
    );
    expect(routed("/base/whoami", "GET /whoami", {})).toBe("/whoami");
    expect(routed("/base/whoami/", "GET /whoami", {})).toBe("/whoami/");
    expect(routed("/base", "GET /", {})).toBe("/");
    expect(routed("/base/whoami", "$default", {})).toBe("/base/whoami");
    expect(routed("/prod/whoami", "$default", {})).toBe("/whoami");
    // Whatever does not agree is not checked at all.
    expect(routed("/base/other", "GET /whoami", {})).toBeUndefined();
    expect(routed("/base/otherwhoami", "GET /whoami", {})).toBeUndefined();
    expect(routed("/a", "GET /{id}", {})).toBeUndefined();
    expect(routed("/a", "GET /{id}", { id: "b" })).toBeUndefined();
    expect(routed("/a", "GET /{id}", undefined)).toBeUndefined();
    expect(routed(undefined, "GET /whoami", {})).toBeUndefined();
  });

  it("are found by whole segments, the more literal route first, methods before ANY", () => {
    const route = createRouter([
      "ANY /{proxy+}",
      "GET /orders/{orderId}",
      "ANY /orders/{orderId}",
      "GET /orders/latest",
      "GET /",
    ]);
    const found = (method: string, path: string) => route(method, path)?.routeKey;
    expect(found("GET", "/orders/latest")).toBe("GET /orders/latest");
    expect(found("GET", "/orders/1")).toBe("GET /orders/{orderId}");
    expect(found("PUT", "/orders/1")).toBe("ANY /orders/{orderId}");
    expect(found("GET", "/orders/1/2")).toBe("ANY /{proxy+}");
    expect(found("GET", "/")).toBe("GET /");
    expect(found("GET", "orders")).toBeUndefined();
    expect(route("GET", "/a/b")).toEqual({
      routeKey: "ANY /{proxy+}",
      pathParameters: { proxy: "a/b" },
    });
    expect(createRouter(["GET /a/{b}"])("GET", "/a/")).toBeUndefined();
  });
});

describe("signatures of decoded paths", () => {
  it.each([
    ["/a b/é", "/a%20b/%C3%A9"],
    ["/10:00", "/10:00"],
    ["/10:00", "/10%3A00"],
    ["/(a)!", "/(a)!"],
    ["/50%", "/50%25"],
    ["/bob@example.com:activate", "/bob%40example.com:activate"],
    ["/bob@example.com:activate", "/bob@example.com%3Aactivate"],
    ["/a@b@c", "/a%40b@c"],
    ["/1:2:3:4:5:6:7:8@x", "/1:2:3:4:5:6:7:8%40x"],
  ])("%s may have been %s", (decoded, wire) => {
    expect(wirePaths(decoded)).toContain(wire);
  });
});
