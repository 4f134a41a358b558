import type { Route, ServiceDefinition } from "@portcullis/authorizer/service-definition";
import type { Caller } from "@portcullis/iam/caller";
import type { ApplicablePolicies } from "@portcullis/policy";
import { describe, expect, it } from "vitest";
import { cacheablePolicy } from "../../packages/authorizer/src/decision/cacheable-policy.ts";
import { overlap } from "../../packages/authorizer/src/decision/overlap.ts";
import { grantedRequests } from "../../packages/authorizer/src/decision/route-coverage.ts";
import { pathsOf, patternOf } from "../../packages/authorizer/src/decision/route-pattern.ts";
import { parseRoute } from "../../packages/authorizer/src/request/route.ts";
import { allow, deny } from "../support/people.ts";
import { ACCOUNT, caller, compile } from "./cached-answers.ts";

/** Which requests of a route an answer for all of them would let pass. */
const AT = { region: "eu-west-1", apiId: "shop", stage: "prod" };
const INVOKE = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:shop/prod`;
const CART = `arn:aws:shop:eu-west-1:${ACCOUNT}:cart`;

describe("the policy pattern of one route and the paths of another", () => {
  it.each([
    ["GET /a", "GET /a", true],
    ["GET /a", "GET /b", false],
    ["GET /a", "POST /a", false],
    ["GET /a", "GET /ab", false],
    ["GET /ab", "GET /a", false],
    ["GET /a/{x}", "GET /a/b", true],
    ["GET /a/{x}", "GET /a/b/c", true],
    ["GET /a/{x}", "GET /a", false],
    ["GET /a/{x}", "GET /b/c", false],
    ["GET /a/{x}/c", "GET /a/b/c", true],
    ["GET /a/{x}/c", "GET /a/b/x/c", true],
    ["GET /a/{x}/c", "GET /a/c", false],
    ["GET /a/{x}/c", "GET /a/b/d", false],
    ["GET /a/{x}/c", "GET /a/{y}", false],
    ["GET /a/{x}/c", "GET /a/{y}/{z}", true],
    ["GET /a/{x}/c", "GET /a/{y+}", true],
    ["GET /a/b", "GET /{x}", false],
    ["GET /a/b", "GET /{x+}", true],
    ["GET /a/b", "GET /{x}/b", true],
    ["GET /a/b", "GET /{x}/{y}", true],
    ["GET /a/b", "GET /{x}/c", false],
    ["GET /a", "ANY /a", true],
    ["GET /a", "ANY /b", false],
    ["GET /a/GET/b", "ANY /b", false],
    ["ANY /a", "GET /a", true],
    ["ANY /a", "GET /b/a", true],
    ["ANY /a", "GET /ab", false],
    ["ANY /a", "ANY /{x}", true],
    ["ANY /{x}", "ANY /{y}", true],
    ["GET /{x}", "GET /{y+}", true],
    ["GET /{x}", "POST /{y+}", false],
  ])("%s reaches %s: %s", (pattern, paths, expected) => {
    const [one, other] = [patternOf(parseRoute(pattern)), pathsOf(parseRoute(paths))];
    expect(overlap(one, other)).toBe(expected);
    expect(overlap(other, one)).toBe(expected);
  });

  it("are compared in steps that grow with their lengths' product, not beyond", () => {
    const stars = { ...parseRoute("GET /x"), segments: starred(60) };
    const started = performance.now();
    expect(overlap(patternOf(stars), pathsOf(parseRoute(`GET /${"a/".repeat(60)}b`)))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

const starred = (count: number) => [
  ...Array.from({ length: count }, (_, at) => ({ kind: "parameter", name: `p${at}` }) as const),
  { kind: "literal", text: "z" } as const,
];

describe("how many requests of a route the caller may make", () => {
  const granted = (
    key: string,
    policies: ApplicablePolicies,
    {
      service,
      principal,
      ...more
    }: Partial<Caller> & { readonly service?: ServiceDefinition | undefined } = {},
  ) =>
    grantedRequests({ ...caller(policies, principal), ...more }, parseRoute(key), {
      ...AT,
      service,
    });
  const list = (...statements: readonly object[]) => [compile(statements)];
  const identity = (...statements: readonly object[]) => ({ identity: list(...statements) });
  const everything = identity(allow("*"));
  const WHOAMI = "GET /whoami";

  it.each([
    ["all that it asks", allow("execute-api:Invoke", `${INVOKE}/GET/whoami`), "all"],
    ["another path", allow("execute-api:Invoke", `${INVOKE}/GET/whoami2`), "none"],
    ["a path below", allow("execute-api:Invoke", `${INVOKE}/GET/whoami/x`), "none"],
    ["another method", allow("execute-api:Invoke", `${INVOKE}/POST/whoami`), "none"],
    ["another action", allow("shop:*"), "none"],
  ])("allowed %s", (_, statement, expected) => {
    expect(granted(WHOAMI, identity(statement))).toBe(expected);
  });

  it.each([
    ["GET /files/{id}", "GET/files/*", "all"],
    ["GET /files/{id}", "GET/*", "all"],
    ["GET /files/{id}", "GET/files/1", "some"],
    ["GET /files/{id}", "GET/other/*", "none"],
    ["GET /a/{id}/b", "GET/a/*", "all"],
    ["GET /a/{id}/b", "GET/a/1/b", "some"],
    ["GET /a/{id}/b", "GET/b/*", "none"],
    ["GET /", "GET/", "all"],
    ["GET /", "GET/a", "none"],
    ["ANY /a", "*", "all"],
    ["ANY /a", "GET/a", "some"],
    ["ANY /a", "GET/*", "some"],
  ])("of %s, with an allow of %s", (key, path, expected) => {
    expect(granted(key, identity(allow("execute-api:Invoke", `${INVOKE}/${path}`)))).toBe(expected);
  });

  const limits = {
    boundary: (some: readonly object[]) => ({ boundary: list(...some) }),
    session: (some: readonly object[]) => ({ session: list(...some) }),
    serviceControl: (some: readonly object[]) => ({ serviceControl: [list(...some)] }),
    "second level of serviceControl": (some: readonly object[]) => ({
      serviceControl: [list(allow("*")), list(...some)],
    }),
  };
  describe.each(Object.entries(limits))("with a %s", (_, limit) => {
    it.each([
      ["allows all", [allow("*")], "all"],
      ["allows some", [allow("*", `${INVOKE}/GET/files/1`)], "some"],
      ["allows another action", [allow("shop:*")], "none"],
      ["denies all", [allow("*"), deny("*")], "none"],
      ["denies some", [allow("*"), deny("*", `${INVOKE}/GET/files/1`)], "some"],
    ])("that %s", (__, statements, expected) => {
      const policies = { ...everything, ...limit(statements) };
      expect(granted("GET /files/{id}", policies)).toBe(expected);
      const root = { type: "Root", account: ACCOUNT, arn: "", userId: ACCOUNT } as const;
      expect(
        granted("GET /files/{id}", { identity: [], ...limit(statements) }, { principal: root }),
      ).toBe(expected);
    });
  });

  it("of the caller's own policies: a deny counts, and the root user needs no allow", () => {
    const some = `${INVOKE}/GET/files/1`;
    expect(granted("GET /files/{id}", identity(allow("*"), deny("*", some)))).toBe("some");
    expect(granted("GET /files/{id}", identity(allow("*"), deny("*")))).toBe("none");
    expect(granted("GET /files/{id}", { identity: [] })).toBe("none");
    const principal = { type: "Root", account: ACCOUNT, arn: "", userId: ACCOUNT } as const;
    expect(granted("GET /files/{id}", { identity: [] }, { principal })).toBe("all");
  });

  it("of a federated user is none without session policies", () => {
    const arn = `arn:aws:sts::${ACCOUNT}:federated-user/fed`;
    const principal = { type: "FederatedUser", account: ACCOUNT, arn, userId: "", userArn: "" };
    const fed = { principal: principal as Caller["principal"] };
    expect(granted(WHOAMI, everything, fed)).toBe("none");
    expect(granted(WHOAMI, { ...everything, session: list(allow("*")) }, fed)).toBe("all");
    expect(granted(WHOAMI, { identity: [], session: list(allow("*")) }, fed)).toBe("none");
  });

  it("is none while a password must be changed first", () => {
    const session = { passwordChangeOnly: true } as NonNullable<Caller["session"]>;
    expect(granted(WHOAMI, everything, { session })).toBe("none");
  });

  const shop = (routes: Readonly<Record<string, Partial<Route>>>, host?: string) => ({
    service: {
      service: "shop",
      ...(host === undefined ? {} : { host }),
      routes: Object.fromEntries(
        Object.entries(routes).map(([key, route]) => [
          key,
          { action: "shop:Get", resource: "cart/{id}", ...route },
        ]),
      ),
    } satisfies ServiceDefinition,
  });

  it.each([
    ["cart/{id}", `${CART}/*`, "all"],
    ["cart/{id}", `${CART}/1`, "some"],
    ["cart/{id}", `${CART}s/*`, "none"],
    ["cart/{id}/item", `${CART}/1/item`, "some"],
    ["cart", CART, "all"],
    ["cart", `${CART}/1`, "none"],
    ["cart", `${CART}*`, "all"],
    ["*", `arn:aws:shop:eu-west-1:${ACCOUNT}:*`, "all"],
    ["*", CART, "none"],
    ["{id}", `arn:aws:shop:eu-west-1:${ACCOUNT}:1`, "some"],
  ])("of a defined route with the resource %s, allowed %s", (resource, allowed, expected) => {
    const key = "GET /carts/{id}";
    const policies = identity(allow("shop:Get", allowed));
    expect(granted(key, policies, shop({ [key]: { resource } }))).toBe(expected);
    const any = shop({ "ANY /carts/{id}": { resource } });
    expect(granted(key, policies, any)).toBe(expected);
    expect(granted("ANY /carts/{id}", policies, any)).toBe(expected);
    // Another route of the API is invoked, as if there were no definition.
    expect(granted(WHOAMI, everything, any)).toBe("all");
    expect(granted(WHOAMI, policies, any)).toBe("none");
  });

  it("of any method is some where one of the methods has an action of its own", () => {
    const definition = shop({ "ANY /a": { resource: "a" }, "GET /a": { resource: "a" } });
    expect(granted("ANY /a", everything, definition)).toBe("some");
    expect(granted("GET /a", everything, definition)).toBe("all");
    expect(granted("ANY /a", everything, shop({ "GET /a": {} }))).toBe("some");
    const others = shop({ "ANY /a": { resource: "a" }, "GET /b/a/c": {}, "GET /": {} });
    expect(granted("ANY /a", everything, others)).toBe("all");
  });

  it("is some where the resource depends on the host", () => {
    const key = "GET /carts/{id}";
    expect(granted(key, everything, shop({ [key]: {} }, "{tenant}.example"))).toBe("some");
    const fromHost = shop({ [key]: { accountFrom: "host.tenant" } });
    expect(granted(key, everything, fromHost)).toBe("some");
    expect(granted(key, everything, shop({ [key]: { accountFrom: "id" } }))).toBe("all");
  });

  it("is of the caller's account alone, by the parameter that names it", () => {
    const key = "GET /{tenant}/{other}/tenant";
    const definition = shop({ [key]: { resource: "cart", accountFrom: "tenant" } });
    const answer = cacheablePolicy(caller(everything), {
      ...AT,
      ...definition,
      routes: [key, "GET /{tenant}/x"],
    });
    expect(answer).toEqual({
      ok: true,
      statements: [{ effect: "Allow", methods: [`GET/${ACCOUNT}/*/tenant`, "GET/*/x"] }],
    });
  });
});

describe("the denied routes that an allowed one reaches", () => {
  const answer = (keys: readonly string[], allowed: readonly number[]) => {
    const service: ServiceDefinition = {
      service: "shop",
      routes: Object.fromEntries(
        keys.map((key, at) => [key, { action: `shop:Action${at}`, resource: "*" }]),
      ),
    };
    const actions = allowed.map((at) => `shop:Action${at}`);
    const own = actions.length === 0 ? [] : [compile([allow(actions)])];
    const of = caller({ identity: own });
    const found = cacheablePolicy(of, { ...AT, service, routes: keys });
    if (!found.ok) return found.reason;
    return found.statements.map(({ effect, methods }) => [effect, ...methods].join(" "));
  };

  it.each([
    [["GET /a/{x}", "GET /b"], [0], ["Allow GET/a/*"]],
    [["GET /a/{x}", "GET /a"], [0], ["Allow GET/a/*", "Deny GET/a/"]],
    [["GET /a/{x}", "GET /a/{y}/b"], [0], ["Allow GET/a/*", "Deny GET/a/*/*"]],
    [["GET /{p+}", "GET /"], [0], ["Allow GET/*", "Deny GET/"]],
    [["GET /", "GET /{p+}"], [0], ["Allow GET/"]],
    [["GET /a/{x}/{y}", "GET /a/{z}"], [0], ["Allow GET/a/*/*", "Deny GET/a/*/"]],
    [["GET /a", "GET /b"], [], ["Deny *"]],
    [["ANY /a/{x}", "GET /a"], [0], ["Allow */a/*", "Deny GET/a/"]],
    // By the earliest `*` of those that reach it.
    [
      ["GET /a/{x}", "GET /a/b/{x}/d", "GET /a/b/{x}/c/d"],
      [0, 1],
      ["Allow GET/a/* GET/a/b/*/d", "Deny GET/a/*/*/*/*"],
    ],
    [["GET /a/{x}", "GET /a/b"], [0], "an answer cannot tell `GET /a/{x}` from `GET /a/b`"],
    [["GET /a/{x+}", "GET /a/b/c"], [0], "an answer cannot tell `GET /a/{x+}` from `GET /a/b/c`"],
    [
      ["GET /a/{x}/c", "GET /a/{x}/{y}"],
      [0],
      "an answer cannot tell `GET /a/{x}/c` from `GET /a/{x}/{y}`",
    ],
  ] as [string[], number[], string | string[]][])(
    "of %j, allowed %j: %j",
    (keys, allowed, expected) => {
      expect(answer(keys, allowed)).toEqual(expected);
    },
  );

  it("are of no use where a route is allowed for some of its requests", () => {
    const some = caller({ identity: [compile([allow("*", `${INVOKE}/GET/a/1`)])] });
    const given = { ...AT, service: undefined, routes: ["GET /b", "GET /a/{x}"] };
    expect(cacheablePolicy(some, given)).toEqual({
      ok: false,
      reason: "the caller's policies allow `GET /a/{x}` for some requests only",
    });
  });
});
