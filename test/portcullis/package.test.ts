import { execFile } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../stacks/bundle.ts";
import { BUILD_MILLISECONDS } from "../support/built-once.ts";
import { installed, project, ROOT } from "./packed.ts";

const run = promisify(execFile);
const bin = (name: string) => join(ROOT, "node_modules/.bin", name);
/** The Node of the system, and the repository's own. */
const NODES = [
  ["the system's Node", "/usr/bin/node"],
  ["Node 24", process.execPath],
] as const;

/** The published package, as a stranger gets it: packed, and installed by npm into an empty folder. */
let folder: string;
let tarball: string;
beforeAll(async () => {
  tarball = join(await installed(), "portcullis.tgz");
  folder = await project();
}, BUILD_MILLISECONDS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inPackage = (path: string) => join(folder, "node_modules/portcullis", path);
const manifest = () => JSON.parse(readFileSync(inPackage("package.json"), "utf8"));
const subpaths = () => Object.keys(manifest().exports).filter((name) => name !== "./package.json");

describe("the tarball", () => {
  it("has JavaScript and declarations and no TypeScript sources, nor sources of tests", () => {
    const files = globSync("**/*", { cwd: inPackage(".") });
    expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\./.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        "LICENSE",
        "THIRD-PARTY-NOTICES.txt",
        "dist/policy-test.schema.json",
      ]),
    );
  });

  it("has the console's files, and stays below 4 MB with them", () => {
    const files = globSync("**/*", { cwd: inPackage("dist/console") });
    expect(files).toEqual(expect.arrayContaining(["index.html", "favicon.svg"]));
    expect(files.filter((file) => file.endsWith(".js")).length).toBeGreaterThan(50);
    expect(statSync(tarball).size).toBeLessThan(4 * 1024 * 1024);
  });

  it("calls nothing that Node 20 does not have", () => {
    for (const file of globSync("dist/{*,command/*,handlers/**/*}.js", { cwd: inPackage(".") }))
      expect(
        /\b(?:Map|Object)\.groupBy\(|\bPromise\.(?:try|withResolvers)\(|\bArray\.fromAsync\(/.exec(
          readFileSync(inPackage(file), "utf8"),
        )?.[0],
        file,
      ).toBeUndefined();
  });

  it("brings at most the engine and types with it, and no install script", () => {
    const installedPackages = globSync("node_modules/{@*/*,[!@.]*}", { cwd: folder });
    for (const path of installedPackages)
      expect(path).toMatch(/node_modules\/(?:portcullis|@types\/aws-lambda|@dynoxide\/[\w-]+)$/);
    const { scripts = {}, dependencies } = manifest();
    expect(Object.keys(scripts).filter((name) => /install/.test(name))).toEqual([]);
    expect(Object.keys(dependencies)).toEqual(["@types/aws-lambda"]);
  });

  it("passes on the licences of what is bundled", () => {
    const notices = readFileSync(inPackage("THIRD-PARTY-NOTICES.txt"), "utf8");
    for (const name of [
      "jose",
      "@node-saml/node-saml",
      "commander",
      "@aws-sdk/client-dynamodb",
      "react",
    ])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, "m"));
    expect(notices).toContain("The MIT License (MIT)");
    expect(notices).not.toContain("@portcullis/");
  });

  it("is what publint and @arethetypeswrong/cli want of an ESM package", async () => {
    await run(bin("publint"), ["--strict", tarball]);
    await run(bin("attw"), [tarball, "--profile", "esm-only", "--no-emoji"]);
  });
});

describe("portcullis/policy, /analysis and /service", () => {
  it.each(["policy", "analysis", "service"])("%s pulls in nothing", async (subpath) => {
    const { inputs, outputs } = await bundled(`export * from "portcullis/${subpath}"`, "neutral");
    expect(inputs.filter((path) => !/node_modules\/portcullis\/dist\//.test(path))).toEqual([]);
    expect(outputs).toBeGreaterThan(500);
  });

  it("decides in at most 12 KB, minified and gzipped", async () => {
    const { outputs } = await bundled(
      'export { parsePolicy, compilePolicy, authorize } from "portcullis/policy"',
      "neutral",
    );
    expect(outputs).toBeLessThan(12_000);
  });

  async function bundled(contents: string, platform: esbuild.Platform) {
    const { outputFiles, metafile } = await esbuild.build({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      minify: true,
      format: "esm",
      platform,
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const inputs = Object.keys(metafile.inputs).filter((path) => path !== "<stdin>");
    return { inputs, outputs: gzipSync(outputFiles[0]?.contents ?? "").length };
  }
});

describe.each(NODES)("on %s", (_, node) => {
  it("every subpath is loaded and does its work", async () => {
    writeFileSync(join(folder, "consumer.mjs"), CONSUMER);
    const { stdout } = await run(node, ["consumer.mjs"], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      outcome: "allowed",
      findings: expect.any(Number),
      service: "notes",
      lambda: ["authorizerHandler", "connectHandler", "deployedAuthorizer", "policyHandler"],
      unnamed: expect.stringContaining("PORTCULLIS_DATA_DIR"),
      fetch: 404,
      express: "function",
      fastify: "function",
      middy: ["before"],
    });
  });

  it("every handler for Lambda is loaded", async () => {
    const entries = globSync("*.js", { cwd: inPackage("dist/handlers") }).sort();
    expect(entries).toEqual(HANDLERS);
    const script = `for (const file of ${JSON.stringify(entries)}) {
      const { handler } = await import(${JSON.stringify(inPackage("dist/handlers/"))} + file);
      if (typeof handler !== "function") throw new Error(file);
    }`;
    const variables = { PORTCULLIS_TABLE: "t", AWS_REGION: "us-east-1" };
    await run(node, ["--input-type=module", "-e", script], {
      env: { ...process.env, ...variables },
    });
  });

  it.each(["authorizer", "authorizer-rest", "authorizer-websocket"])(
    "the handler %s is one file until a token or a denial, as SST bundles it",
    async (name) => {
      const entry = relative(ROOT, inPackage(`dist/handlers/${name}.js`));
      const { startFiles } = await bundle(entry, join(folder, "bundles", name));
      expect(startFiles).toBe(1);
    },
  );

  it("the command runs", async () => {
    const { stdout } = await run(node, [inPackage(manifest().bin.portcullis), "--help"]);
    expect(stdout).toMatch(/Usage: portcullis[\s\S]*start[\s\S]*policy/);
  });
});

describe("a consumer", () => {
  it.each(["nodenext", "bundler"])(
    "is type-checked under %s, its libraries too",
    async (resolution) => {
      linkFrameworks();
      const types = join(folder, resolution);
      mkdirSync(types);
      writeFileSync(join(types, "consumer.ts"), TYPED);
      const compilerOptions = {
        target: "ES2022",
        module: resolution === "nodenext" ? "nodenext" : "esnext",
        moduleResolution: resolution,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        types: ["node"],
      };
      writeFileSync(
        join(types, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["consumer.ts"] }),
      );
      const failed = await run(bin("tsc"), ["-p", types]).then(
        () => "",
        (error: { stdout: string }) => error.stdout,
      );
      expect(failed).toBe("");
    },
  );

  it("names every subpath", () => {
    const named = [...TYPED.matchAll(/"portcullis\/(\w+)"/g)].map(([, name]) => `./${name}`);
    // The components of SST need SST's globals: the stacks' own tests check them.
    expect([...new Set(named), "./sst"].sort()).toEqual([...subpaths()].sort());
  });
});

/** The frameworks and Node's types are the application's own; here they are the repository's. */
function linkFrameworks(): void {
  for (const name of ["express", "fastify", "hono", "@types/express", "@types/node"]) {
    const link = join(folder, "node_modules", name);
    if (!existsSync(link)) symlinkSync(join(ROOT, "node_modules", name), link);
  }
}

const HANDLERS = [
  "access-analyzer.js",
  "access-evaluation.js",
  "authorizer-rest.js",
  "authorizer-websocket.js",
  "authorizer.js",
  "cloudtrail.js",
  "iam.js",
  "issuer.js",
  "organizations.js",
  "portcullis.js",
  "setup.js",
  "signin.js",
  "sts.js",
  "usage.js",
];

const CONSUMER = `
import { authorize, compilePolicy, parsePolicy } from "portcullis/policy";
import { lintPolicy } from "portcullis/analysis";
import { defineService, assertRouted } from "portcullis/service";
import * as lambda from "portcullis/lambda";
import { authorizeRequest } from "portcullis/middy";
import { protect as express } from "portcullis/express";
import { protect as fastify } from "portcullis/fastify";
import { protect as fetch } from "portcullis/fetch";

const document = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "notes:GetNote", Resource: "*" }] });
const service = defineService({ service: "notes", routes: { "GET /notes/{id}": { action: "notes:GetNote", resource: "note/{id}" } } });
assertRouted(service, ["GET /notes/{id}"]);
let unnamed = "";
await new Promise((resolve) => {
  const request = { method: "GET", originalUrl: "/notes/1", headers: {}, rawHeaders: [], socket: {} };
  express(service)(request, {}, (error) => resolve(unnamed = error.message));
});
const answer = await fetch(() => new Response(), service)(new Request("http://h/else"));
process.stdout.write(JSON.stringify({
  outcome: authorize({
    principal: { type: "User", account: "1", arn: "arn:aws:iam::1:user/u", userId: "A" },
    action: "notes:GetNote",
    resource: "arn:aws:notes:r:1:note/1",
    policies: { identity: [compilePolicy(parsePolicy(document, "identity").policy, { policyId: "p", type: "identity-based" })] },
    context: new Map(),
  }).outcome,
  findings: lintPolicy(document, { kind: "identity" }).findings.length,
  service: service.service,
  lambda: Object.keys(lambda).sort(),
  unnamed,
  fetch: answer.status,
  express: typeof express(service),
  fastify: typeof fastify(service),
  middy: Object.keys(authorizeRequest({ authorizer: () => {}, region: "r", apiId: "a", service })),
}));
`;

const TYPED = `
import { analyzeAccount } from "portcullis/analysis";
import { type AuthorizedHttpRequest, authorizedRequest, protect } from "portcullis/express";
import { protect as protectFastify } from "portcullis/fastify";
import { authorizedRequest as ofFetch, protect as protectFetch } from "portcullis/fetch";
import { authorizerHandler, deployedAuthorizer } from "portcullis/lambda";
import { authorizedRequest as ofEvent, requireAuthorization } from "portcullis/middy";
import { parsePolicy } from "portcullis/policy";
import { type ActionOf, defineService } from "portcullis/service";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";

const service = defineService({
  service: "notes",
  routes: { "GET /notes/{id}": { action: "notes:GetNote", resource: "note/{id}" } },
});
export const action: ActionOf<typeof service> = "notes:GetNote";
// @ts-expect-error no such action
export const other: ActionOf<typeof service> = "notes:Other";

const app = express();
app.use(protect(service, { trustForwardedFor: true }));
app.get("/notes/:id", (request, response) => {
  const { caller }: AuthorizedHttpRequest = authorizedRequest(request);
  const type: "Root" | "User" | "AssumedRole" | "FederatedUser" = caller.principalType;
  response.json({ type, team: caller.tags.team });
});
const server = fastify();
server.register(protectFastify(service));
const hono = new Hono();
hono.get("/notes/:id", (c) => c.json({ arn: ofFetch(c.req.raw).caller.principalArn }));
export const fetch: (request: Request) => Promise<Response> = protectFetch((request: Request) => hono.fetch(request), service);
export const handler = authorizerHandler(() => deployedAuthorizer(service));
export const before = requireAuthorization().before;
export const event: typeof ofEvent = ofEvent;
export const parsed: boolean = parsePolicy("{}", "identity").ok;
export const analyze = analyzeAccount;
`;
