import { execFile } from "node:child_process";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { readDocument } from "../../packages/portcullis/src/openapi/document.ts";
import { definitionFrom } from "../../packages/portcullis/src/openapi/to-definition.ts";
import { InputFault } from "../../packages/testing/src/input-fault.ts";
import { BUILD_MILLISECONDS } from "../support/built-once.ts";
import { filesIn, portcullis, ROOT } from "./command.ts";
import { project } from "./packed.ts";

const run = promisify(execFile);

const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "Orders", version: "1" },
  servers: [{ url: "https://{region}.example.com/v1", variables: { region: { default: "eu" } } }],
  paths: {
    "/health": { get: { operationId: "health", security: [] } },
    "/orders": {
      get: { operationId: "list-orders", summary: "Lists *all* orders.\nIn pages." },
      post: { operationId: "createOrder", tags: ["orders", "permissions-management"] },
    },
    "/orders/{orderId}": {
      parameters: [{ name: "orderId", in: "path", required: true }],
      get: { operationId: "getOrder" },
      delete: {
        operationId: "cancel",
        "x-portcullis-action": "orders:CancelOrder",
        "x-portcullis-resource": "archive/{orderId}",
        "x-portcullis-access-level": "write",
      },
    },
    "/tenants/{tenant}/categories/{id}": {
      get: { "x-portcullis-account-from": "tenant" },
      put: {},
    },
    "/shared": { $ref: "#/components/pathItems/a~1b" },
  },
  components: { pathItems: { "a/b": { patch: { operationId: "share" } } } },
};

const ROUTES = {
  "GET /v1/orders": {
    action: "orders:ListOrders",
    resource: "*",
    description: "Lists *all* orders.",
  },
  "POST /v1/orders": {
    action: "orders:CreateOrder",
    resource: "*",
    accessLevel: "Permissions management",
  },
  "GET /v1/orders/{orderId}": { action: "orders:GetOrder", resource: "order/{orderId}" },
  "DELETE /v1/orders/{orderId}": {
    action: "orders:CancelOrder",
    resource: "archive/{orderId}",
    accessLevel: "Write",
  },
  "GET /v1/tenants/{tenant}/categories/{id}": {
    action: "orders:GetTenantCategory",
    resource: "tenant/{tenant}/category/{id}",
    accountFrom: "tenant",
  },
  "PUT /v1/tenants/{tenant}/categories/{id}": {
    action: "orders:PutTenantCategory",
    resource: "tenant/{tenant}/category/{id}",
  },
  "PATCH /v1/shared": { action: "orders:Share", resource: "*" },
};

describe("portcullis openapi generate", () => {
  it.each([
    ["openapi.json", JSON.stringify(DOCUMENT)],
    ["openapi.yaml", stringify(DOCUMENT)],
    ["older.yaml", stringify({ ...DOCUMENT, openapi: "3.0.3" })],
  ])("writes the routes of %s", async (name, text) => {
    const file = filesIn({ [name]: text });
    const out = file("orders.service.yaml");
    const made = await portcullis(["openapi", "generate", file(name), "--out", out]);
    expect(made).toEqual({
      code: 0,
      stdout: "",
      stderr: `${out}: 7 routes of the service orders.\n`,
    });
    expect(parse(readFileSync(out, "utf8"))).toEqual({
      service: "orders",
      title: "Orders",
      routes: ROUTES,
    });
    expect(readFileSync(out, "utf8")).toContain("left out: GET /v1/health.");
  });

  it("never replaces a file, unless told to", async () => {
    const file = filesIn({ "openapi.json": DOCUMENT, "there.json": "mine" });
    const args = ["openapi", "generate", file("openapi.json"), "--out", file("there.json")];
    expect(await portcullis(args)).toEqual({
      code: 2,
      stdout: "",
      stderr: `portcullis: ${file("there.json")} is there already: add --force to replace it.\n`,
    });
    expect(readFileSync(file("there.json"), "utf8")).toBe("mine");
    expect((await portcullis([...args, "--force"])).code).toBe(0);
    expect(JSON.parse(readFileSync(file("there.json"), "utf8")).routes).toEqual(ROUTES);
  });

  it("takes name and base path from the command", async () => {
    const file = filesIn({ "openapi.json": DOCUMENT });
    const args = ["--name", "shop", "--base-path", "/api/v2"];
    const { stdout } = await portcullis(["openapi", "generate", file("openapi.json"), ...args]);
    expect(stdout).toContain("export const shopService = defineService({");
    expect(stdout).toContain(
      '"GET /api/v2/orders/{orderId}": { action: "shop:GetOrder", resource: "order/{orderId}" },',
    );
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("numbers actions that it makes up, and lets an author share one", async () => {
    const action = { "x-portcullis-action": "ReadAll" };
    const { stdout } = await generated({
      "/orders": { get: action, head: action },
      "/orders/{id}": { get: {} },
      "/order/{id}": { get: {} },
    });
    expect([...stdout.matchAll(/action: "(\S+)"/g)].map(([, name]) => name)).toEqual([
      "orders:ReadAll",
      "orders:ReadAll",
      "orders:GetOrder",
      "orders:GetOrder2",
    ]);
  });

  it("writes nothing but comments and strings of what a document says", async () => {
    const evil = "*/ `$" + '{process.exit(9)}` \u2028"; process.exit(9); //';
    const { stdout, code } = await portcullis([
      "openapi",
      "generate",
      filesIn({
        "openapi.json": {
          openapi: "3.0.0",
          info: { title: evil },
          paths: { "/a": { get: { operationId: "a", summary: evil } } },
        },
      })("openapi.json"),
      "--name",
      "orders",
    ]);
    expect(code).toBe(0);
    const body = stdout.slice(stdout.indexOf("defineService(") + "defineService(".length);
    const definition: unknown = new Function(`return ${body.replace(/\);\s*$/, "")}`)();
    expect(definition).toMatchObject({ title: evil, routes: { "GET /a": { action: "orders:A" } } });
    expect(stdout.split("\n").filter((line) => line.startsWith("//"))).toHaveLength(2);
  });

  const get = { operationId: "x" };
  it.each<[string, unknown, string]>([
    ["swagger", { swagger: "2.0", paths: {} }, "is of version 2.0, not 3.0 or 3.1"],
    ["a later version", { openapi: "4.0.0" }, "is of OpenAPI 4.0.0: 3.0 and 3.1 can be read."],
    ["another file", { name: "package" }, "is no OpenAPI document: it has no `openapi` version."],
    ["a list", [1], "is no OpenAPI document."],
    ["no operation", document({}), "has no operation."],
    ["paths of another type", { ...document({}), paths: [] }, "has `paths` that are no object."],
    ["a path without slash", document({ orders: { get } }), "does not begin with a slash."],
    [
      "an operation of another type",
      document({ "/a": { get: 7 } }),
      "has a `get` that is no object.",
    ],
    ["a path of another type", document({ "/a": null }), "the path `/a` is no object."],
    [
      "references in a circle",
      {
        ...document({ "/a": { $ref: "#/components/pathItems/a" } }),
        components: {
          pathItems: {
            a: { $ref: "#/components/pathItems/b" },
            b: { $ref: "#/components/pathItems/a" },
          },
        },
      },
      "the path `/a` refers in a circle to `#/components/pathItems/a`.",
    ],
    [
      "a reference to itself",
      document({ "/a": { $ref: "#/paths/~1a" } }),
      "the path `/a` refers in a circle to `#/paths/~1a`.",
    ],
    ...["https://example.com/a.yaml#/a", "./a.yaml", "file:///etc/passwd", "a.yaml#/b"].map(
      (reference): [string, unknown, string] => [
        `the reference ${reference}`,
        document({ "/a": { $ref: reference } }),
        `refers to \`${reference}\`, and other documents are not read: bundle it first.`,
      ],
    ),
    [
      "a reference into the prototype",
      document({ "/a": { $ref: "#/constructor" } }),
      "refers to `#/constructor`, which is not there.",
    ],
    [
      "operation ids that are one action",
      document({ "/a": { get: { operationId: "get-a" } }, "/b": { get: { operationId: "getA" } } }),
      "has the operation ids `get-a` and `getA`, which are one action `GetA`",
    ],
    [
      "an operation id without a letter",
      document({ "/a": { get: { operationId: "_/日本" } } }),
      "calls `GET /a` `_/日本`, which can't name an action: add x-portcullis-action.",
    ],
    [
      "a parameter within a segment",
      document({ "/a/{name}.json": { get } }),
      "can't become a service definition: route `GET /a/{name}.json` has a segment that is neither",
    ],
    [
      "two paths that are one",
      document({ "/a/{b}": { get }, "/a/{c}": { get: { operationId: "y" } } }),
      "`GET /a/{c}` and `GET /a/{b}` are the same route.",
    ],
    [
      "an unknown access level",
      document({ "/a": { get: { ...get, "x-portcullis-access-level": "all" } } }),
      "gives `GET /a` the access level `all`: it must be one of List, Read, Tagging, Write,",
    ],
    [
      "an extension of another type",
      document({ "/a": { get: { ...get, "x-portcullis-action": {} } } }),
      "has an `x-portcullis-action` that is no text.",
    ],
    [
      "a resource with other parameters",
      document({ "/a/{b}": { get: { ...get, "x-portcullis-resource": "a/{c}" } } }),
      "`GET /a/{b}` has no path parameter `c`.",
    ],
    [
      "the name of a service of AWS's",
      { ...document({ "/a": { get } }), info: { title: "IAM" } },
      "service `iam` is the name of a service that policies know already",
    ],
    [
      "a server that is no URL",
      { ...document({ "/a": { get } }), servers: [{ url: "http://[" }] },
      "has a server whose URL `http://[` can't be read.",
    ],
    [
      "a server with an odd path",
      { ...document({ "/a": { get } }), servers: [{ url: "/a//b" }] },
      "The base path must be such as /v1, not `/a//b`.",
    ],
    [
      "more operations than any API",
      document(
        Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`/p${at}`, { get: {} }])),
      ),
      "has more than 10000 operations.",
    ],
  ])("refuses %s by one sentence", (_, data, sentence) => {
    const path = filesIn({ "openapi.json": data as object })("openapi.json");
    const fault = faultOf(() => definitionFrom(readDocument(path, undefined), undefined));
    expect(fault).toBeInstanceOf(InputFault);
    expect(fault?.message).toMatch(/^\S[^\n]+\.$/);
    expect(fault?.message).toContain(sentence);
  });

  it.each([
    ["broken YAML", "a: [", /openapi\.yaml:\d+:\d+ is not YAML/],
    ["deep YAML", "[".repeat(100_000), /is not usable YAML: it is nested too deeply|is not YAML/],
    ["a bomb of aliases", bomb(), /is not usable YAML: Excessive alias count/],
    ["Swagger", "swagger: '2.0'", /is of version 2\.0, not 3\.0 or 3\.1/],
  ])("ends with one sentence for %s", async (_, text, sentence) => {
    const file = filesIn({ "openapi.yaml": text });
    const { code, stderr } = await portcullis(["openapi", "generate", file("openapi.yaml")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("a document of 5,000 operations takes seconds at most", async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, at) => [
        `/p${at}/{id}`,
        { get: { operationId: `get${at}` } },
      ]),
    );
    const file = filesIn({ "openapi.json": document(paths) });
    const started = performance.now();
    const { stdout } = await portcullis(["openapi", "generate", file("openapi.json")]);
    expect([...stdout.matchAll(/action:/g)]).toHaveLength(5_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe("portcullis openapi check", () => {
  const service = (routes: object) => ({ service: "orders", routes });
  const check = (routes: object, ...args: string[]) => {
    const file = filesIn({ "openapi.json": DOCUMENT, "orders.json": service(routes) });
    return portcullis([
      ...["openapi", "check", file("openapi.json"), "--service", file("orders.json")],
      ...args,
    ]);
  };

  it("finds no difference to what it generated, nor to other names of parameters and actions", async () => {
    expect(await check(ROUTES)).toEqual({
      code: 0,
      stdout: "7 of 7 operations have a route (100 %); no differences.\n",
      stderr: "",
    });
    const { "GET /v1/orders/{orderId}": _, ...others } = ROUTES;
    const renamed = { action: "orders:ReadOrder", resource: "order/{id}" };
    expect((await check({ ...others, "GET /v1/orders/{id}": renamed })).code).toBe(0);
  });

  it("finds every kind of difference, with its line", async () => {
    const { "GET /v1/orders": _, "PATCH /v1/shared": __, ...others } = ROUTES;
    const { code, stdout } = await check(
      {
        ...others,
        "GET /v1/health": { action: "orders:Health", resource: "*" },
        "GET /v1/extra": { action: "orders:Extra", resource: "*" },
        "ANY /v1/shared": { action: "orders:Share", resource: "*" },
        "POST /v1/orders": { action: "orders:CreateOrder", resource: "*", accessLevel: "Read" },
        "DELETE /v1/orders/{orderId}": { action: "orders:Other", resource: "order/{orderId}" },
        "GET /v1/tenants/{tenant}/categories/{id}": { action: "orders:X", resource: "*" },
      },
      "--json",
    );
    expect(code).toBe(1);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ service: "orders", operations: 7, covered: 6 });
    const found = report.differences.map((one: { kind: string; routeKey: string }) => [
      one.kind,
      one.routeKey,
    ]);
    expect(found).toEqual([
      ["PUBLIC_ROUTE", "GET /v1/health"],
      ["MISSING_ROUTE", "GET /v1/orders"],
      ["OTHER_ACCESS_LEVEL", "POST /v1/orders"],
      ["OTHER_ACTION", "DELETE /v1/orders/{orderId}"],
      ["OTHER_RESOURCE", "DELETE /v1/orders/{orderId}"],
      ["OTHER_ACCESS_LEVEL", "DELETE /v1/orders/{orderId}"],
      ["OTHER_ACCOUNT", "GET /v1/tenants/{tenant}/categories/{id}"],
      ["UNKNOWN_ROUTE", "GET /v1/extra"],
    ]);
    const lines = JSON.stringify(DOCUMENT, undefined, 2).split("\n");
    const at = lines.findIndex((line) => line.includes('"list-orders"'));
    expect(report.differences[1].line).toBe(at);
  });

  it("shows coverage to people, and annotates lines for GitHub", async () => {
    const { "GET /v1/orders": _, ...others } = ROUTES;
    const text = await check(others);
    expect(text.stdout).toMatch(
      /openapi\.json:\d+: MISSING_ROUTE\n {2}GET \/v1\/orders has no route/,
    );
    expect(text.stdout).toContain("6 of 7 operations have a route (85 %); 1 difference.");
    const github = await check(others, "--format", "github");
    expect(github.stdout).toMatch(
      /^::error file=\S+openapi\.json,line=\d+,col=1,title=Operation without a route::GET/,
    );
  });
});

describe("with the installed package", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await project();
  }, BUILD_MILLISECONDS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("generates code that type-checks, and that the check loads", async () => {
    writeFileSync(join(folder, "openapi.json"), JSON.stringify(DOCUMENT));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "commonjs" }));
    const command = (...args: string[]) =>
      run(
        process.execPath,
        [join(folder, "node_modules/portcullis/dist/command/main.js"), "openapi", ...args],
        { cwd: folder },
      );
    await command("generate", "openapi.json", "--out", "orders.ts");
    await expect(command("check", "openapi.json", "--service", "orders.ts")).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^portcullis: orders\.ts can't be loaded: [^\n]+ so call it \.mts or \.mjs \(line \d+\)\.\n$/,
      ),
    });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    symlinkSync(join(ROOT, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
    const options = ["--strict", "--noEmit", "--module", "nodenext", "--types", "node"];
    await run(join(ROOT, "node_modules/.bin/tsc"), [...options, "orders.ts"], { cwd: folder });
    const { stdout } = await command("check", "openapi.json", "--service", "orders.ts");
    expect(stdout).toBe("7 of 7 operations have a route (100 %); no differences.\n");
  });
});

function document(paths: object) {
  return { openapi: "3.0.3", info: { title: "Orders" }, paths };
}

function faultOf(work: () => unknown): Error | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error : undefined;
  }
  return undefined;
}

const generated = (paths: object) =>
  portcullis(["openapi", "generate", filesIn({ "openapi.json": document(paths) })("openapi.json")]);

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) =>
    level === 0
      ? "a0: &a0 [x, x, x, x, x, x, x, x, x]"
      : `a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`,
  );
  return levels.join("\n");
}
