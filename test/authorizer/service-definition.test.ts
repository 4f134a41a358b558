import { readFileSync } from "node:fs";
import { join } from "node:path";
import { resolveRequest } from "@portcullis/authorizer";
import { serviceReference } from "@portcullis/authorizer/reference";
import {
  type ActionOf,
  assertRouted,
  type ConditionKeyOf,
  defineService,
  type ServiceDefinition,
} from "@portcullis/authorizer/service-definition";
import { ordersService } from "@portcullis/example-orders";
import { cannedPoliciesOf } from "@portcullis/iam/canned";
import { describe, expect, expectTypeOf, it } from "vitest";

const ACCOUNT = "123456789012";

const shop = defineService({
  service: "shop",
  title: "Shop",
  host: "{tenant}.shop.example.com",
  routes: {
    "GET /carts/{cartId}": {
      action: "shop:GetCart",
      resource: "tenant/{host.tenant}/cart/{cartId}",
      context: {
        "shop:Channel": { header: "X-Channel" },
        "shop:Limit": { query: "limit", type: "Numeric" },
        "shop:Tags": { query: "tag", type: "ArrayOfString" },
      },
      description: "Shows a cart.",
    },
    "PUT /files/{path+}": { action: "shop:PutFile", resource: "file/{path}" },
    "GET /search": { action: "shop:Search", resource: "customer/{query.customer}" },
    "POST /of/{account}/carts": {
      action: "shop:CreateCart",
      resource: "*",
      accountFrom: "account",
    },
    "GET /lines/{cart}/{line}": { action: "shop:GetLine", resource: "line/{cart}--{line}" },
    "GET /mine": {
      action: "shop:GetMine",
      resource: "*",
      context: { "shop:Until": { query: "until", type: "Date" } },
    },
  },
});

interface Given {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly signed?: readonly string[];
  readonly path?: string | undefined;
  /** Header lines beside the others. */
  readonly lines?: readonly (readonly [name: string, value: string])[];
}

function ask(definition: ServiceDefinition | undefined, routeKey: string, given: Given = {}) {
  const headers = { host: "acme.shop.example.com", ...given.headers };
  const query = new URLSearchParams(given.query);
  return resolveRequest(
    definition,
    {
      method: routeKey.split(" ")[0] ?? "",
      path: "path" in given ? given.path : "/p",
      routeKey,
      pathParameters: "parameters" in given ? given.parameters : {},
      query: (name) => query.getAll(name),
      header: (name) =>
        [...Object.entries(headers), ...(given.lines ?? [])].flatMap(([key, value]) =>
          key === name ? [value] : [],
        ),
      apiId: "api",
      stage: "prod",
      region: "eu-west-1",
    },
    ACCOUNT,
    given.signed && ((name) => given.signed?.includes(name) === true),
  );
}

describe("a service definition", () => {
  it("names action, resource and context of a request, by path, query, header and host", () => {
    expect(
      ask(shop, "GET /carts/{cartId}", {
        parameters: { cartId: "7:a" },
        headers: { "x-channel": "web" },
        query: "limit=10&tag=a&tag=b",
      }),
    ).toEqual({
      action: "shop:GetCart",
      resources: [`arn:aws:shop:eu-west-1:${ACCOUNT}:tenant/acme/cart/7:a`],
      pattern: `arn:aws:shop:eu-west-1:${ACCOUNT}:tenant/*/cart/*`,
      account: ACCOUNT,
      context: { "shop:Channel": "web", "shop:Limit": "10", "shop:Tags": ["a", "b"] },
    });
    expect(ask(shop, "PUT /files/{path+}", { parameters: { path: "a/b/c" } })).toMatchObject({
      resources: [`arn:aws:shop:eu-west-1:${ACCOUNT}:file/a/b/c`],
    });
    expect(ask(shop, "PUT /files/{path+}", { parameters: { path: "a/b/" } })).toMatchObject({
      resources: [
        `arn:aws:shop:eu-west-1:${ACCOUNT}:file/a/b/`,
        `arn:aws:shop:eu-west-1:${ACCOUNT}:file/a/b`,
      ],
    });
    expect(
      ask(shop, "GET /lines/{cart}/{line}", { parameters: { cart: "1", line: "-2-3" } }),
    ).toMatchObject({
      resources: [`arn:aws:shop:eu-west-1:${ACCOUNT}:line/1---2-3`],
    });
    expect(ask(shop, "GET /search", { query: "customer=9" })).toMatchObject({
      resources: [`arn:aws:shop:eu-west-1:${ACCOUNT}:customer/9`],
    });
    expect(
      ask(shop, "POST /of/{account}/carts", { parameters: { account: "210987654321" } }),
    ).toMatchObject({
      account: "210987654321",
      resources: ["arn:aws:shop:eu-west-1:210987654321:*"],
    });
  });

  it("leaves other routes to execute-api:Invoke, and those of ANY to their method", () => {
    expect(ask(shop, "GET /other", { path: "/other/x y" })).toEqual({
      action: "execute-api:Invoke",
      resources: [`arn:aws:execute-api:eu-west-1:${ACCOUNT}:api/prod/GET/other/x y`],
      pattern: `arn:aws:execute-api:eu-west-1:${ACCOUNT}:api/prod/GET/other`,
      account: undefined,
      context: {},
    });
    expect(ask(undefined, "GET /p", { path: "/p/" })).toMatchObject({
      resources: [expect.stringMatching(/GET\/p\/$/), expect.stringMatching(/GET\/p$/)],
    });
    expect(
      ask({ service: "s", routes: { "GET /a": { action: "s:A", resource: "*" } } }, "ANY /a"),
    ).toMatchObject({
      action: "execute-api:Invoke",
    });
    const any = { service: "s", routes: { "ANY /a": { action: "s:A", resource: "*" } } };
    // HTTP APIs name such a route `ANY /a`, REST APIs by the method of the request.
    for (const routeKey of ["ANY /a", "DELETE /a"])
      expect(ask(any, routeKey)).toMatchObject({ action: "s:A" });
    expect(ask(shop, "$connect")).toMatchObject({
      resources: [`arn:aws:execute-api:eu-west-1:${ACCOUNT}:api/prod/$connect`],
    });
  });

  it.each<[string, string, Given]>([
    ["a path that can be read in two ways", "GET /other", { path: undefined }],
    ["a parameter that can be read in two ways", "GET /carts/{cartId}", { parameters: undefined }],
    ["a missing parameter", "GET /carts/{cartId}", {}],
    ["an empty parameter", "GET /carts/{cartId}", { parameters: { cartId: "" } }],
    [
      "a slash that would begin another part",
      "GET /carts/{cartId}",
      { parameters: { cartId: "1/cart/2" } },
    ],
    ["a way up in a path", "PUT /files/{path+}", { parameters: { path: "public/../secret" } }],
    ["an empty part of a path", "PUT /files/{path+}", { parameters: { path: "public//secret" } }],
    ["a backslash in a path", "PUT /files/{path+}", { parameters: { path: "public\\..\\secret" } }],
    ["a parameter that is a way up", "GET /carts/{cartId}", { parameters: { cartId: ".." } }],
    [
      "a value that holds what ends it",
      "GET /lines/{cart}/{line}",
      { parameters: { cart: "1-", line: "2" } },
    ],
    ["a slash in a query parameter", "GET /search", { query: "customer=1/2" }],
    ["a query parameter given twice", "GET /search", { query: "customer=1&customer=2" }],
    ["no such query parameter", "GET /search", { query: "Customer=1" }],
    [
      "another host",
      "GET /search",
      { query: "customer=1", headers: { host: "acme.shop.example.org" } },
    ],
    [
      "a host with a label more",
      "GET /search",
      { query: "customer=1", headers: { host: "a.b.shop.example.com" } },
    ],
    [
      "two hosts in one header",
      "GET /search",
      { query: "customer=1", headers: { host: "acme,evil.shop.example.com" } },
    ],
    [
      "two host headers",
      "GET /search",
      { query: "customer=1", lines: [["host", "evil.shop.example.com"]] },
    ],
    [
      "a number that is none",
      "GET /carts/{cartId}",
      { parameters: { cartId: "1" }, query: "limit=10abc" },
    ],
    [
      "a number given twice",
      "GET /carts/{cartId}",
      { parameters: { cartId: "1" }, query: "limit=1&limit=2" },
    ],
    ["a date that is none", "GET /mine", { query: "until=yesterday" }],
    [
      "a header that was not signed",
      "GET /carts/{cartId}",
      { parameters: { cartId: "1" }, headers: { "x-channel": "web" }, signed: ["host"] },
    ],
    [
      "an account that is none",
      "POST /of/{account}/carts",
      { parameters: { account: "12345678901a" } },
    ],
    [
      "an account of other digits",
      "POST /of/{account}/carts",
      { parameters: { account: "１23456789012" } },
    ],
    [
      "__proto__ for a parameter",
      "POST /of/{account}/carts",
      { parameters: JSON.parse('{"__proto__":"123456789012"}') },
    ],
  ])("cannot put into words: %s", (_, routeKey, given) => {
    expect(ask(shop, routeKey, given)).toEqual({ unresolved: expect.stringMatching(/\w/) });
  });

  it.each<[string, ServiceDefinition]>([
    [
      "service `iam` is the name of a service that policies know already",
      { service: "iam", routes: {} },
    ],
    [
      "service `Shop` must be lower-case letters, digits and hyphens",
      { service: "Shop", routes: {} },
    ],
    [
      "action `x:Get` of `GET /a` must be `s:` and a name of letters and digits",
      { service: "s", routes: { "GET /a": { action: "x:Get", resource: "*" } } },
    ],
    [
      "`GET /a` has no path parameter `id`",
      { service: "s", routes: { "GET /a": { action: "s:Get", resource: "a/{id}" } } },
    ],
    [
      "the host of `s` has no label `t`",
      { service: "s", routes: { "GET /a": { action: "s:Get", resource: "a/{host.t}" } } },
    ],
    [
      "resource `a/{id` of `GET /a/{id}` must be `*` or text with names in braces",
      { service: "s", routes: { "GET /a/{id}": { action: "s:Get", resource: "a/{id" } } },
    ],
    [
      "resource `a/*` of `GET /a` must be `*` or text with names in braces",
      { service: "s", routes: { "GET /a": { action: "s:Get", resource: "a/*" } } },
    ],
    [
      "resource `a/{b}{c}` of `GET /a/{b}/{c}` does not tell where one value ends and the next begins",
      { service: "s", routes: { "GET /a/{b}/{c}": { action: "s:Get", resource: "a/{b}{c}" } } },
    ],
    [
      "route `$disconnect` must be a method and a path, such as `GET /orders/{orderId}`",
      { service: "s", routes: { $disconnect: { action: "s:Leave", resource: "*" } } },
    ],
    [
      "`$connect` has no path parameter `room`",
      { service: "s", routes: { $connect: { action: "s:Join", resource: "room/{room}" } } },
    ],
    [
      "route `GET a` must be a method and a path, such as `GET /orders/{orderId}`",
      { service: "s", routes: { "GET a": { action: "s:Get", resource: "*" } } },
    ],
    [
      "route `GET /{a}/{a}` has the same parameter twice",
      { service: "s", routes: { "GET /{a}/{a}": { action: "s:Get", resource: "*" } } },
    ],
    [
      "route `GET /{a+}/b` has a greedy parameter before its end",
      { service: "s", routes: { "GET /{a+}/b": { action: "s:Get", resource: "*" } } },
    ],
    [
      "`GET /{b}` and `GET /{a}` are the same route",
      {
        service: "s",
        routes: {
          "GET /{a}": { action: "s:Get", resource: "*" },
          "GET /{b}": { action: "s:Get", resource: "*" },
        },
      },
    ],
    [
      "the account of `GET /a` must come from the path or the host",
      {
        service: "s",
        routes: { "GET /a": { action: "s:Get", resource: "*", accountFrom: "query.a" } },
      },
    ],
    [
      "condition key `aws:SourceIp` of `GET /a` must be `s:` and a name",
      {
        service: "s",
        routes: {
          "GET /a": {
            action: "s:Get",
            resource: "*",
            context: { "aws:SourceIp": { header: "x" } },
          },
        },
      },
    ],
    [
      "two condition keys of `GET /a` differ only by case",
      {
        service: "s",
        routes: {
          "GET /a": {
            action: "s:Get",
            resource: "*",
            context: { "s:A": { header: "x" }, "s:a": { header: "y" } },
          },
        },
      },
    ],
  ])("is refused: %s", (fault, definition) => {
    expect(() => defineService(definition)).toThrow(new TypeError(fault));
  });

  it("is refused for an API that routes otherwise", () => {
    expect(() => assertRouted(ordersService, ["GET /orders", "ANY /orders/{proxy+}"])).toThrow(
      /^service `orders` names routes that the API does not have: `POST \/orders`, /,
    );
  });

  it("is taken for an API that leads to its routes by any method, and not for one that never would", () => {
    const of = (...keys: string[]) =>
      defineService({
        service: "s",
        routes: Object.fromEntries(keys.map((key) => [key, { action: "s:Do", resource: "*" }])),
      });
    assertRouted(of("GET /a", "POST /a"), ["ANY /a"]);
    assertRouted(of("ANY /a"), ["GET /a", "$default"]);
    assertRouted(of("GET /a", "ANY /a"), ["GET /a", "POST /a"]);
    assertRouted(of("$connect"), ["$connect", "$disconnect", "say"]);
    for (const [definition, routes] of [
      [of("GET /a", "ANY /a"), ["GET /a"]],
      [of("GET /a"), ["POST /a", "GET /a/{b}", "$default"]],
      [of("GET /a/{b}"), ["GET /a/{c}"]],
      [of("$connect"), ["$default"]],
    ] as const)
      expect(() => assertRouted(definition, routes)).toThrow(TypeError);
  });

  it("names what it means to connect to a WebSocket API", () => {
    const chat = defineService({
      service: "chat",
      routes: {
        $connect: {
          action: "chat:Join",
          resource: "room/{query.room}",
          context: { "chat:Client": { header: "x-client" } },
        },
      },
    });
    expect(
      ask(chat, "$connect", { query: "room=7", headers: { "x-client": "web" } }),
    ).toMatchObject({
      action: "chat:Join",
      resources: [`arn:aws:chat:eu-west-1:${ACCOUNT}:room/7`],
      context: { "chat:Client": "web" },
    });
    expectTypeOf<ConditionKeyOf<typeof chat>>().toEqualTypeOf<"chat:Client">();
    expect(serviceReference(chat)).toContain("`$connect`");
  });

  it("makes the canned policies, the types of its actions, and a reference for policy writers", () => {
    expectTypeOf<ActionOf<typeof ordersService>>().toEqualTypeOf<
      "orders:ListOrders" | "orders:CreateOrder" | "orders:GetOrder" | "orders:DeleteOrder"
    >();
    expect(cannedPoliciesOf(ordersService).map(({ arn }) => arn)).toEqual([
      "arn:aws:iam::aws:policy/OrdersFullAccess",
      "arn:aws:iam::aws:policy/OrdersReadOnlyAccess",
    ]);
    const cells = serviceReference(shop)
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()));
    expect(cells).toContainEqual(["", "`shop:Limit`", "query parameter `limit`", "Numeric", ""]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: ARNs of AWS's reference are written so
    const arn = "`arn:aws:shop:${Region}:${Account}:tenant/${tenant}/cart/${cartId}`";
    expect(cells).toContainEqual(["", "`tenant`", arn, ""]);
  });

  it("does not count an action as reading that its definition calls another", () => {
    const jobs = defineService({
      service: "jobs",
      routes: {
        "GET /jobs/{jobId}": { action: "jobs:GetJob", resource: "job/{jobId}" },
        "GET /jobs": { action: "jobs:ListJobs", resource: "*", accessLevel: "List" },
        "GET /jobs/{jobId}/run": {
          action: "jobs:RunJob",
          resource: "job/{jobId}",
          accessLevel: "Write",
        },
        "GET /shares": {
          action: "jobs:Share",
          resource: "*",
          accessLevel: "Permissions management",
        },
        "POST /search": { action: "jobs:SearchJobs", resource: "*", accessLevel: "Read" },
      },
    });
    const [, readOnly] = cannedPoliciesOf(jobs);
    expect(JSON.parse(readOnly?.document ?? "").Statement).toEqual([
      { Effect: "Allow", Action: ["jobs:GetJob", "jobs:ListJobs"], Resource: "*" },
    ]);
  });

  it("of the sample is what docs/reference/orders.md says", () => {
    const file = join(import.meta.dirname, "../../docs/reference/orders.md");
    expect(readFileSync(file, "utf8")).toBe(serviceReference(ordersService));
  });
});
