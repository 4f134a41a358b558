import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployment, environment, ofType } from "../stacks/deployment.ts";
import { BUILD_MILLISECONDS } from "../support/built-once.ts";
import { call, credentialsOf, type TestCredentials } from "../support/harness.ts";
import { filesIn, portcullis } from "./command.ts";
import { project, ROOT } from "./packed.ts";
import { commandIn, type Programs, programsIn, rootKeyIn } from "./programs.ts";

const run = promisify(execFile);

describe("portcullis init", () => {
  const EXPRESS = `import express from "express";
const api = express();
const router = express.Router();
router.get("/orders", list);
api.get("/orders/:orderId", one).post("/no");
api.delete('/orders/:orderId/', remove);
api.get("/files/*path", wild);
axios.get("/elsewhere");
`;

  it("shows what it would write, and asks nobody where nobody is", async () => {
    const file = filesIn({ "package.json": { dependencies: { express: "5" } }, "app.js": EXPRESS });
    const directory = dirname(file("app.js"));
    const asked = await portcullis(["init", "--directory", directory]);
    expect(asked).toMatchObject({
      code: 2,
      stderr: "portcullis: Nothing is written: add --yes to write these files, or --dry-run.\n",
    });
    const { code, stdout } = await portcullis(["init", "--directory", directory, "--dry-run"]);
    expect(code).toBe(0);
    expect(stdout).toContain("portcullis.service.mjs: new file\n+ // The routes that your sources");
    expect(stdout).toContain("Some are of routers: add the paths that those are mounted at.");
    expect([...stdout.matchAll(/^\+ {5}"(\w+ \S+)":/gm)].map(([, key]) => key)).toEqual([
      "GET /orders",
      "GET /orders/{orderId}",
      "DELETE /orders/{orderId}",
    ]);
    expect(stdout).toContain("Add to app.js, after `api` is made");
    expect(stdout).toContain("  api.use(protect(");
    expect(existsSync(file("portcullis.service.mjs"))).toBe(false);
  });

  it("keeps files that are there, and writes the others", async () => {
    const file = filesIn({
      "package.json": { name: "@acme/shop", type: "module", dependencies: { express: "5" } },
      "portcullis.service.js": "mine",
    });
    const directory = dirname(file("package.json"));
    const { code, stdout } = await portcullis(["init", "--directory", directory, "--yes"]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "portcullis.service.js: is there already with other content, and stays as it is",
    );
    expect(readFileSync(file("portcullis.service.js"), "utf8")).toBe("mine");
    const policy = JSON.parse(readFileSync(file("policies/read-only.json"), "utf8"));
    expect(policy.Statement[0].Action).toEqual(["shop:GetItem", "shop:ListItems"]);
    const again = await portcullis(["init", "--directory", directory]);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain("policies/read-only.json: is there already\n");
  });

  it("names actions so that none is another's in other letters", async () => {
    const app = `${EXPRESS}api.get("/invoiceitems", list);\napi.get("/invoiceItems", list);\n`;
    const file = filesIn({ "package.json": { dependencies: { express: "5" } }, "app.js": app });
    const directory = dirname(file("app.js"));
    const { stdout } = await portcullis(["init", "--directory", directory, "--dry-run"]);
    expect(stdout.match(/List\w*items\w*(?=", resource)/gi)).toEqual([
      "ListInvoiceitems",
      "ListInvoiceItems2",
    ]);
  });

  it("writes no policy that lets more than reads through", async () => {
    const orders = {
      get: { "x-portcullis-action": "UseOrders" },
      post: { "x-portcullis-action": "UseOrders" },
    };
    const written = async (paths: object) => {
      const document = { openapi: "3.0.0", info: { title: "shop" }, paths };
      const directory = dirname(filesIn({ "openapi.json": document })("x"));
      const { stdout } = await portcullis([
        "init",
        "--directory",
        directory,
        "--dry-run",
        "--json",
      ]);
      const { files } = JSON.parse(stdout) as { files: { path: string; text: string }[] };
      return files.find(({ path }) => path === "policies/read-only.json")?.text;
    };
    expect(await written({ "/orders": orders })).toBeUndefined();
    const some = await written({
      "/orders": orders,
      "/pets": { get: { operationId: "listPets" } },
    });
    const [statement] = JSON.parse(some ?? "").Statement;
    expect(statement.Action).toEqual([expect.stringMatching(/:ListPets$/)]);
  });

  it.each([
    [{ "sst.config.ts": "", "package.json": { dependencies: { express: "5" } } }, "sst"],
    [{ "package.json": { devDependencies: { hono: "4" } } }, "hono"],
    [{ "package.json": { dependencies: { fastify: "5" } } }, "plain"],
    [{ "main.py": "" }, "plain"],
  ])("sees what kind of project %j is", async (files, kind) => {
    const directory = dirname(filesIn(files)("x"));
    const { stdout } = await portcullis(["init", "--directory", directory, "--dry-run", "--json"]);
    expect(JSON.parse(stdout).kind).toBe(kind);
  });

  it("takes routes from an OpenAPI document, and says why if it can't", async () => {
    const paths = { "/pets": { get: { operationId: "listPets" } } };
    const files = (document: object) => dirname(filesIn({ "openapi.json": document })("x"));
    const good = files({ openapi: "3.0.0", info: { title: "x" }, paths });
    const made = await portcullis(["init", "--directory", good, "--dry-run"]);
    expect(made.stdout).toContain("+ # From openapi.json.");
    expect(made.stdout).toContain("+   GET /pets:");
    const bad = await portcullis(["init", "--directory", files({ swagger: "2.0" }), "--dry-run"]);
    expect(bad.code).toBe(0);
    expect(bad.stdout).toMatch(/\+ # \S+openapi\.json is of version 2\.0/);
  });

  it("answers a package.json that is none, and a missing directory, by one sentence", async () => {
    const file = filesIn({ "package.json": "{" });
    const broken = await portcullis(["init", "--directory", dirname(file("x")), "--dry-run"]);
    expect([broken.code, broken.stderr]).toEqual([
      2,
      `portcullis: ${file("package.json")} is not JSON.\n`,
    ]);
    const missing = await portcullis(["init", "--directory", file("missing"), "--dry-run"]);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      `portcullis: ${file("missing")} is no directory.\n`,
    ]);
  });
});

/** What the command says that people add to their files. */
interface Edit {
  readonly file: string;
  readonly imports: readonly string[];
  readonly lines: readonly string[];
}

describe("what it writes works with the installed package", () => {
  let folder: string;
  let programs: Programs;
  let controlUrl: string;
  let root: TestCredentials;

  beforeAll(async () => {
    folder = await project();
    programs = programsIn(folder);
    const args = [commandIn(folder), "start", "--port", "0", "--data-dir", "data"];
    const output = await programs.begin("/usr/bin/node", args, /Stop it with/);
    controlUrl = /control API\s+(http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1] ?? "";
    root = rootKeyIn(join(folder, "data"));
    for (const name of ["express", "hono", "@hono/node-server"]) {
      mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    }
  }, BUILD_MILLISECONDS);
  afterAll(async () => {
    await programs?.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A project within the folder, so that it finds the installed package. */
  function write(name: string, files: Readonly<Record<string, string | object>>): string {
    for (const [path, content] of Object.entries(files)) {
      const file = join(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    }
    return join(folder, name);
  }

  async function init(directory: string): Promise<readonly Edit[]> {
    const args = [commandIn(folder), "init", "--yes", "--json", "--directory", directory];
    const { stdout } = await run("/usr/bin/node", args);
    return JSON.parse(stdout).edits;
  }

  /** 401 for nobody, 403 for a user, 200 with the policy that the command wrote. */
  async function isProtected(url: string, path: string, UserName: string, directory: string) {
    expect((await call(url, undefined, "GET", path)).status).toBe(401);
    const iam = new IAMClient({ endpoint: controlUrl, region: "us-east-1", credentials: root });
    await iam.send(new CreateUserCommand({ UserName }));
    const key = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const user = credentialsOf(key.AccessKey);
    expect((await call(url, user, "GET", path)).status).toBe(403);
    const PolicyDocument = readFileSync(join(directory, "policies/read-only.json"), "utf8");
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "read", PolicyDocument }));
    expect((await call(url, user, "GET", path)).status).toBe(200);
    iam.destroy();
  }

  const LISTEN = `, "127.0.0.1", function () {
  process.stdout.write("http://127.0.0.1:" + this.address().port + "\\n");
});\n`;

  it("in an Express app of ES modules", async () => {
    const made = "const app = express();\n";
    const app = write("shop", {
      "package.json": { name: "shop", type: "module", dependencies: { express: "5" } },
      "src/app.js": `import express from "express";
${made}app.get("/orders/:id", (request, response) => response.json({ id: request.params.id }));
app.listen(0${LISTEN}`,
    });
    const [edit] = await init(app);
    const text = readFileSync(join(app, edit?.file ?? ""), "utf8");
    const edited = text.replace(made, () => `${made}${edit?.lines.join("\n")}\n`);
    writeFileSync(join(app, "src/app.js"), [...(edit?.imports ?? []), edited].join("\n"));
    const url = await programs.begin("/usr/bin/node", [join(app, "src/app.js")], /http:\S+\n/);
    await isProtected(url.trim(), "/orders/7", "of-express", app);
  });

  it("in an Express app of CommonJS", async () => {
    const made = "const app = express();\n";
    const app = write("old-shop", {
      "package.json": { name: "old-shop", dependencies: { express: "5" } },
      "app.js": `const express = require("express");
${made}app.get("/orders/:id", (request, response) => response.json({ id: request.params.id }));
app.listen(0${LISTEN}`,
    });
    const [edit] = await init(app);
    expect(edit?.imports[0]).toContain("require(");
    const text = readFileSync(join(app, "app.js"), "utf8");
    const edited = text.replace(made, () => `${made}${edit?.lines.join("\n")}\n`);
    writeFileSync(join(app, "app.js"), [...(edit?.imports ?? []), edited].join("\n"));
    const url = await programs.begin(process.execPath, [join(app, "app.js")], /http:\S+\n/);
    await isProtected(url.trim(), "/orders/7", "of-old-express", app);
  });

  it("in a Hono app of TypeScript", async () => {
    const app = write("notes", {
      "package.json": {
        name: "notes",
        type: "module",
        dependencies: { hono: "4", "@hono/node-server": "2" },
      },
      "tsconfig.json": {},
      "main.ts": `import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { unrelated } from "./unrelated.ts";
const app = new Hono();
app.get("/notes/:id", (c) => c.json({ id: c.req.param("id"), unrelated }));
`,
      "unrelated.ts": "export const unrelated: number = 1;",
    });
    const [edit] = await init(app);
    writeFileSync(
      join(app, "main.ts"),
      [
        ...(edit?.imports ?? []),
        readFileSync(join(app, "main.ts"), "utf8"),
        ...(edit?.lines ?? []),
        'serve({ fetch: handle, port: 0, hostname: "127.0.0.1" }, (address) => {',
        '  process.stdout.write("http://127.0.0.1:" + address.port + "\\n");',
        "});",
      ].join("\n"),
    );
    const url = await programs.begin(process.execPath, [join(app, "main.ts")], /http:\S+\n/);
    await isProtected(url.trim(), "/notes/7", "of-hono", app);
  });

  it("in front of a server in any language", async () => {
    const app = write("any", { "openapi.yaml": OPENAPI });
    expect(await init(app)).toEqual([]);
    const upstream = createServer((_, response) => response.end("{}"));
    await new Promise<void>((ready) => upstream.listen(0, "127.0.0.1", ready));
    const { port } = upstream.address() as AddressInfo;
    const args = ["--service", join(app, "portcullis.service.yaml"), "--port", "0"];
    const output = await programs.begin(
      "/usr/bin/node",
      [commandIn(folder), "dev", ...args, "--upstream", `http://127.0.0.1:${port}`],
      /Stop it with/,
    );
    const url = /gateway\s+(http:\/\/\S+)/.exec(output)?.[1] ?? "";
    await isProtected(url, "/pets/7", "of-any", app);
    upstream.closeAllConnections();
    upstream.close();
  });

  it("in an SST app", async () => {
    const handler = "export const handler = async () => ({ statusCode: 200 });";
    const config = `export default $config({
  app() { return { name: "zoo", home: "aws", removal: "remove" }; },
  async run() {
    const api = new sst.aws.ApiGatewayV2("Zoo", { cors: false });
    api.route("GET /animals", "src/list.handler");
    return {};
  },
});`;
    const app = write("zoo", {
      "package.json": { name: "zoo", type: "module" },
      "sst.config.ts": config,
      "src/list.ts": handler,
    });
    const [edit] = await init(app);
    expect(edit?.file).toBe("sst.config.ts");
    expect(readFileSync(join(app, "portcullis.service.ts"), "utf8")).toContain(
      '"GET /animals": { action: "zoo:ListAnimals", resource: "*" },',
    );
    writeFileSync(
      join(app, "sst.config.ts"),
      config
        .replace("{ cors: false });\n", (found) => `${found}${edit?.lines.join("\n")}\n`)
        .replace('"src/list.handler"', '"src/list.handler", { auth }')
        .replace("return {};\n  },\n});", "return outputs;\n  },\n});"),
    );
    const deployed = await deployment({ stage: "alice", folder: app });
    // The control API knows the API's actions, for editors and linters of policies.
    expect(environment(deployed, "ControlPortcullis").PORTCULLIS_APIS).toBe("protected-apis.json");
    const [authorizer] = ofType(deployed, "aws:apigatewayv2/authorizer:Authorizer");
    expect(authorizer?.inputs).toMatchObject({
      authorizerType: "REQUEST",
      authorizerResultTtlInSeconds: 0,
    });
    const routes = ofType(deployed, "aws:apigatewayv2/route:Route").map(({ inputs }) => inputs);
    expect(routes.filter(({ routeKey }) => routeKey === "GET /animals")).toEqual([
      expect.objectContaining({
        authorizationType: "CUSTOM",
        authorizerId: `${authorizer?.name}-id`,
      }),
    ]);
    expect(deployed.builds.map(({ handler: each }) => each)).toContain(
      "portcullis.authorizer.handler",
    );
    expect(deployed.outputs).toMatchObject({
      iam: expect.any(String),
      console: expect.stringMatching(/\/console\/$/),
      rootAccessKeyId: expect.stringMatching(/^ROOT/),
    });
  });
});

const OPENAPI = `openapi: 3.0.3
info: { title: Pets }
paths:
  /pets/{petId}:
    get: { operationId: getPet }
`;
