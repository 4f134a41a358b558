import { type RoutedRequest, resolveRequest } from "@portcullis/authorizer";
import type { Route, ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { describe, expect, it } from "vitest";
import { typedValue } from "../../packages/authorizer/src/service/context-value.ts";
import { parseTemplate } from "../../packages/authorizer/src/service/template.ts";

/** What a request asks for by its route's definition, or why that has no expression. */
const ACCOUNT = "123456789012";
const START = "arn:aws:shop:eu-west-1:123456789012:";

interface Given {
  readonly routeKey?: string;
  readonly method?: string;
  readonly path?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, readonly string[]>>;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly signed?: readonly string[];
}

function resolve(definition: ServiceDefinition | undefined, given: Given = {}) {
  const { routeKey = "GET /carts/{id}", method = "GET", query = {}, headers = {} } = given;
  const request: RoutedRequest = {
    method,
    path: "path" in given ? given.path : "/carts/1",
    routeKey,
    pathParameters: "parameters" in given ? given.parameters : { id: "1" },
    query: (name) => query[name] ?? [],
    header: (name) => headers[name] ?? [],
    apiId: "shop",
    stage: "prod",
    region: "eu-west-1",
  };
  const { signed } = given;
  return signed === undefined
    ? resolveRequest(definition, request, ACCOUNT)
    : resolveRequest(definition, request, ACCOUNT, (name) => signed.includes(name));
}
const shop = (route: Partial<Route>, routeKey = "GET /carts/{id}"): ServiceDefinition => ({
  service: "shop",
  routes: { [routeKey]: { action: "shop:Get", resource: "cart/{id}", ...route } },
});
/** The ARN's resource part, or why there is none. */
function resource(template: string, given: Given = {}, more: Partial<Route> = {}): string {
  const { routeKey = "GET /carts/{id}" } = given;
  const resolved = resolve(shop({ resource: template, ...more }, routeKey), given);
  if ("unresolved" in resolved) return resolved.unresolved;
  return resolved.resources[0].replace(START, "");
}

describe("a route's resource", () => {
  it("has its parameters' values, and a pattern without them", () => {
    expect(resolve(shop({}))).toEqual({
      action: "shop:Get",
      resources: [`${START}cart/1`],
      pattern: `${START}cart/*`,
      account: ACCOUNT,
      context: {},
    });
    expect(resolve(shop({ resource: "*" }))).toMatchObject({
      resources: [`${START}*`],
      pattern: `${START}*`,
    });
  });

  it.each([
    ["cart/{id}", { parameters: {} }, "the resource needs one value of path `id`"],
    ["cart/{id}", { parameters: { id: "" } }, "the resource needs one value of path `id`"],
    ["cart/{constructor}", {}, "the resource needs one value of path `constructor`"],
    ["cart/{id}", { parameters: undefined }, "a path parameter can be read in more than one way"],
    ["cart/{id}", { parameters: { id: "a/b" } }, "the value of path `id` holds a slash"],
    ["cart/{id}", { parameters: { id: ".." } }, ambiguous("id")],
    ["cart/{id}", { parameters: { id: "a\\b" } }, ambiguous("id")],
    ["cart/{id}", { parameters: { id: "a b" } }, "cart/a b"],
    ["cart/{id}", { parameters: { id: "undefined" } }, "cart/undefined"],
    // Decoded already.
    ["cart/{id}", { parameters: { id: "%2e%2e" } }, "cart/%2e%2e"],
    ["cart/{query.q}", { query: { q: ["x"] } }, "cart/x"],
    ["cart/{query.q}", { query: { q: ["x"] }, parameters: undefined }, "cart/x"],
    ["cart/{query.q}", { query: { q: ["x", "x"] } }, "the resource needs one value of query `q`"],
    ["cart/{query.q}", { query: { q: ["a/b"] } }, "the value of query `q` holds a slash"],
    ["cart/{query.q}", { query: { q: [".."] } }, "cart/.."],
    ["cart/{query.q}", { query: { q: ["a,b"] } }, "cart/a,b"],
    ["cart/{header.X-Cart}", { headers: { "x-cart": ["x"] } }, "cart/x"],
    [
      "cart/{header.x-cart}",
      { headers: { "x-cart": ["a,b"] } },
      "the resource needs one value of header `x-cart`",
    ],
    [
      "cart/{header.x-cart}",
      { headers: { "x-cart": ["a"] }, signed: ["host"] },
      "header `x-cart` is not signed",
    ],
    ["cart/{header.x-cart}", { signed: [] }, "the resource needs one value of header `x-cart`"],
  ] as [string, Given, string][])("%s of %j is: %s", (template, given, expected) => {
    expect(resource(template, given)).toBe(expected);
  });

  it("spans slashes where its route's parameter does, and no other part of the request", () => {
    const routeKey = "GET /files/{path+}";
    const given = { routeKey, parameters: { path: "a/b", id: "c/d" }, query: { path: ["a/b"] } };
    expect(resource("file/{path}", given)).toBe("file/a/b");
    expect(resource("file/{id}", given)).toBe("the value of path `id` holds a slash");
    expect(resource("file/{query.path}", given)).toBe("the value of query `path` holds a slash");
    const dots = { ...given, parameters: { path: "a/../b" } };
    expect(resource("file/{path}", dots)).toBe(ambiguous("path"));
  });

  it.each([
    ["{a}-{b}", { a: "1", b: "2-3" }, "1-2-3"],
    ["{a}-{b}", { a: "1-2", b: "3" }, endsWith("a", "-")],
    ["{a}::{b}", { a: "1:2", b: "3" }, endsWith("a", ":")],
    ["{a}💡{b}", { a: "1💡2", b: "3" }, endsWith("a", "💡")],
    ["{a}-end", { a: "1-2", b: "" }, "1-2-end"],
    ["x-{a}-end", { a: "1-2", b: "" }, "x-1-2-end"],
    ["{a}{b}", { a: "1", b: "2" }, "12"],
    ["start-{a}", { a: "1-2", b: "" }, "start-1-2"],
    ["{a}/{b}", { a: "1-2", b: "3" }, "1-2/3"],
    ["{a}-/{b}", { a: "1-2", b: "3" }, endsWith("a", "-")],
    ["{a}/-{b}", { a: "1-2", b: "3-4" }, "1-2/-3-4"],
    ["x-{a}/{b}", { a: "1-2", b: "3" }, "x-1-2/3"],
  ] as [string, Record<string, string>, string][])(
    "%s of %j can be read back: %s",
    (template, parameters, expected) => {
      expect(resource(template, { routeKey: "GET /{a}/{b}", parameters })).toBe(expected);
    },
  );

  it("must be allowed with and without its last slash", () => {
    const given = { routeKey: "GET /files/{path+}", parameters: { path: "a/" } };
    expect(resolve(shop({ resource: "file/{path}" }, given.routeKey), given)).toMatchObject({
      resources: [`${START}file/a/`, `${START}file/a`],
    });
  });
});

it("lets a fault of the request's reader through: it is no denial", () => {
  const request = {
    method: "GET",
    path: "/",
    routeKey: "GET /carts/{id}",
    pathParameters: {},
    query: () => {
      throw new RangeError("unreadable");
    },
    header: () => [],
    apiId: "shop",
    stage: "prod",
    region: "eu-west-1",
  };
  const definition = shop({ resource: "cart/{query.q}" });
  expect(() => resolveRequest(definition, request, ACCOUNT)).toThrow(new RangeError("unreadable"));
});

describe("a route's account", () => {
  const from = (accountFrom: string, given: Given = {}) =>
    resource("cart/{id}", given, { accountFrom });

  it("is 12 digits of the parameter that names it", () => {
    const parameters = { id: "1", tenant: "210987654321" };
    const resolved = resolve(shop({ accountFrom: "tenant" }), { parameters });
    expect(resolved).toMatchObject({
      account: "210987654321",
      resources: ["arn:aws:shop:eu-west-1:210987654321:cart/1"],
      pattern: "arn:aws:shop:eu-west-1:210987654321:cart/*",
    });
  });

  it.each(["1234567890123", "x123456789012", "12345678901", "123456789012x", ""])(
    "is not %j",
    (tenant) => {
      expect(from("tenant", { parameters: { id: "1", tenant } })).toBe(
        "the account in `tenant` is not 12 digits",
      );
    },
  );

  it("is no account where the parameter is missing", () => {
    expect(from("tenant")).toBe("the account in `tenant` is not 12 digits");
  });
});

describe("a service's host", () => {
  const definition = { ...shop({ resource: "cart/{host.tenant}" }), host: "{tenant}.api.example" };
  const at = (...host: readonly string[]) => {
    const resolved = resolve(definition, { headers: { host } });
    return "unresolved" in resolved
      ? resolved.unresolved
      : resolved.resources[0].replace(START, "");
  };
  const OTHER = "the host is not the service's";

  it.each([
    ["a.api.example", "cart/a"],
    ["A.API.example", "cart/a"],
    ["a.api.example:8443", "cart/a"],
    ["a-1_b.api.example", "cart/a-1_b"],
    [`${"a".repeat(63)}.api.example`, `cart/${"a".repeat(63)}`],
    [`${"a".repeat(64)}.api.example`, OTHER],
    ["a.api:8443.example", OTHER],
    ["a.api.example:x", OTHER],
    ["a.api.example:8443:1", OTHER],
    ["a.api.example:8443.evil", OTHER],
    ["a.b.api.example", OTHER],
    ["api.example", OTHER],
    [".api.example", OTHER],
    ["a*.api.example", OTHER],
    ["a.other.example", OTHER],
    ["a.api.example.evil", OTHER],
    ["", OTHER],
  ])("%j names: %s", (host, expected) => {
    expect(at(host)).toBe(expected);
  });

  it("does not depend on the path's parameters", () => {
    const given = { headers: { host: ["a.api.example"] }, parameters: undefined };
    expect(resolve(definition, given)).toMatchObject({ resources: [`${START}cart/a`] });
  });

  it("is one line", () => {
    expect(at()).toBe(OTHER);
    expect(at("a.api.example", "a.api.example")).toBe(OTHER);
    expect(at("a.api.example", "b.api.example")).toBe(OTHER);
  });
});

describe("a route's condition keys", () => {
  const context = (sources: NonNullable<Route["context"]>, given: Given = {}): unknown => {
    const resolved = resolve(shop({ context: sources }), given);
    return "unresolved" in resolved ? resolved.unresolved : resolved.context;
  };

  it("are absent where the request has no value", () => {
    const given = { query: { b: ["1"] }, signed: [] };
    const sources = { "shop:A": { query: "a" }, "shop:B": { query: "b" } };
    expect(context(sources, given)).toEqual({ "shop:B": "1" });
    // A header that is not there need not be signed.
    expect(context({ "shop:A": { header: "x-a" } }, given)).toEqual({});
    expect(context({ "shop:A": { path: "none" } }, given)).toStrictEqual({});
  });

  it("are one value of their type, and otherwise deny", () => {
    const two = { query: { a: ["1", "2"], n: ["x"] } };
    expect(context({ "shop:A": { query: "a" } }, two)).toBe(
      "condition key `shop:A` is not one value of type String",
    );
    expect(context({ "shop:N": { query: "n", type: "Numeric" } }, two)).toBe(
      "condition key `shop:N` is not one value of type Numeric",
    );
    expect(context({ "shop:A": { query: "a", type: "ArrayOfString" } }, two)).toEqual({
      "shop:A": ["1", "2"],
    });
  });
});

describe("a route", () => {
  const routes = (...keys: readonly string[]): ServiceDefinition => ({
    service: "shop",
    routes: Object.fromEntries(
      keys.map((key) => [key, { action: `shop:${key.split(" ")[0]}`, resource: "*" }]),
    ),
  });
  const action = (definition: ServiceDefinition | undefined, given: Given = {}) => {
    const resolved = resolve(definition, given);
    return "unresolved" in resolved ? resolved.unresolved : resolved.action;
  };

  it("is found by the request's method, or else by any method's", () => {
    const both = routes("ANY /carts/{id}", "GET /carts/{id}");
    expect(action(both)).toBe("shop:GET");
    expect(action(both, { routeKey: "ANY /carts/{id}" })).toBe("shop:GET");
    expect(action(both, { method: "PUT", routeKey: "ANY /carts/{id}" })).toBe("shop:ANY");
    expect(action(both, { method: "PUT", routeKey: "PUT /carts/{id}" })).toBe("shop:ANY");
    expect(action(routes("$connect"), { routeKey: "$connect" })).toBe("shop:$connect");
    expect(action(routes("GET /other"))).toBe("execute-api:Invoke");
    expect(action(routes("GET /other"), { routeKey: "constructor" })).toBe("execute-api:Invoke");
    expect(action(undefined)).toBe("execute-api:Invoke");
  });

  const api = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:shop/prod`;
  it.each([
    [{}, [`${api}/GET/carts/1`], `${api}/GET/carts/*`],
    [{ path: "/carts/1/" }, [`${api}/GET/carts/1/`, `${api}/GET/carts/1`], `${api}/GET/carts/*`],
    [{ path: "/", routeKey: "GET /" }, [`${api}/GET/`], `${api}/GET/`],
    [{ routeKey: "ANY /{a}/{rest+}" }, [`${api}/GET/carts/1`], `${api}/GET/*/*`],
    [{ routeKey: "$default" }, [`${api}/GET/carts/1`], `${api}/GET/*`],
    [{ routeKey: "$connect", path: undefined }, [`${api}/$connect`], `${api}/$connect`],
  ] as [Given, string[], string][])(
    "without a definition is invoked: %j",
    (given, resources, pattern) => {
      expect(resolve(undefined, given)).toEqual({
        action: "execute-api:Invoke",
        account: undefined,
        context: {},
        resources,
        pattern,
      });
    },
  );

  it("without a definition is denied where its path can be read in several ways", () => {
    expect(resolve(undefined, { path: undefined })).toEqual({
      unresolved: "the path can be read in more than one way",
    });
  });
});

describe("a typed value", () => {
  const ok: Record<string, readonly string[]> = {
    String: ["", "any"],
    Numeric: ["0", "-1", "12.50", "9".repeat(30), `1.${"9".repeat(30)}`],
    Bool: ["true", "FALSE"],
    Date: ["0", "1700000000", "9".repeat(12), "2030-01-02", "2030-01-02T03:04Z"],
    IPAddress: ["192.0.2.1", "192.10.20.255", "::1", "2001:db8::1", "::ffff:192.0.2.1"],
    ARN: ["arn:aws:iam::123456789012:user/a", "arn:aws:s3:::b", "arn:a:b:c:d:e\n"],
  };
  const bad: Record<string, readonly string[]> = {
    Numeric: ["", "x1", "1x", "1.", ".5", "1.x", "--1", "1e3", "9".repeat(31), " 1"],
    Bool: ["", "yes", "xtrue", "truex"],
    Date: [
      "x0",
      "0x",
      "9".repeat(13),
      "2030-13-01",
      "2030-1-1",
      "Tue",
      "x2030-01-02",
      "2030-01-02x",
      "2030-01-02T03:04",
      "2030-01-02T25:00Z",
    ],
    IPAddress: ["", "1.2.3", "1.2.3.4.5", "1.2.3.4x", "x1.2.3.4", "a.b.c.d", "1:2", ":", "g::1"],
    ARN: [
      "",
      "arn",
      "arn:aws:s3::b",
      "xarn:aws:s3:::b",
      "arn:aws:s3:::",
      "arn::s3:::b",
      "arn:aws::::b",
    ],
  };
  const times = [
    "2030-01-02T03:04:05Z",
    "2030-01-02T03:04:05.123456789Z",
    "2030-01-02T03:04:05+01:00",
    "2030-01-02T03:04-01:00",
  ];
  const cases = [
    ...Object.entries({ ...ok, Date: [...(ok.Date ?? []), ...times] }).flatMap(([type, values]) =>
      values.map((value) => [type, value, value] as const),
    ),
    ...Object.entries(bad).flatMap(([type, values]) =>
      values.map((value) => [type, value, undefined] as const),
    ),
  ];
  it.each(cases)("%s: %j gives %j", (type, value, expected) => {
    expect(typedValue([value], type as "String")).toBe(expected);
    expect(typedValue([value, value], type as "String")).toBeUndefined();
  });

  it("is every value of a list, and a text by default", () => {
    expect(typedValue(["a", "b"], "ArrayOfString")).toEqual(["a", "b"]);
    expect(typedValue([], "ArrayOfString")).toEqual([]);
    for (const type of ["String", "Date", "Bool"] as const)
      expect(typedValue([], type)).toBeUndefined();
    expect(typedValue(["a"])).toBe("a");
  });
});

describe("a template", () => {
  it.each([
    ["", []],
    ["cart", ["cart"]],
    ["{id}", [{ from: "path", name: "id" }]],
    ["cart/{id}", ["cart/", { from: "path", name: "id" }]],
    [
      "{a}{b}",
      [
        { from: "path", name: "a" },
        { from: "path", name: "b" },
      ],
    ],
    ["{a}-{b}!", [{ from: "path", name: "a" }, "-", { from: "path", name: "b" }, "!"]],
    ["{query.Q}", [{ from: "query", name: "Q" }]],
    ["{header.X-A}", [{ from: "header", name: "x-a" }]],
    ["{host.Tenant}", [{ from: "host", name: "Tenant" }]],
    ["{other.x}", [{ from: "path", name: "other.x" }]],
    ["{a", undefined],
    ["a}", undefined],
    ["{}", undefined],
    ["{a}}{b}", undefined],
    ["x{{a}", undefined],
    ["{a}{", undefined],
  ])("%j is %j", (text, expected) => {
    expect(parseTemplate(text)).toEqual(expected);
  });
});

function ambiguous(name: string): string {
  return `the value of path \`${name}\` can be read in more than one way`;
}
function endsWith(name: string, separator: string): string {
  return `the value of path \`${name}\` holds what it ends with, \`${separator}\``;
}
