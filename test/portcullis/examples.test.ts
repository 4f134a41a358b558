import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD_MILLISECONDS } from "../support/built-once.ts";
import { call, credentialsOf, type TestCredentials } from "../support/harness.ts";
import { project, ROOT } from "./packed.ts";
import { commandIn, type Programs, programsIn, rootKeyIn } from "./programs.ts";

/** The examples with the installed package, and `portcullis start` beside them: three programs. */
let programs: Programs;
let folder: string;
let controlUrl: string;
let root: TestCredentials;
beforeAll(async () => {
  folder = await project();
  programs = programsIn(folder);
  const output = await programs.begin(
    "/usr/bin/node",
    [commandIn(folder), "start", "--port", "0", "--data-dir", "data"],
    /Stop it with/,
  );
  controlUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? "";
  root = rootKeyIn(join(folder, "data"));
}, BUILD_MILLISECONDS);
afterAll(async () => {
  await programs?.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

it("the installation serves the packaged console", async () => {
  const page = await fetch(`${controlUrl}/console/`);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
  const [, script = ""] = /<script [^>]*src="([^"]+)"/.exec(await page.text()) ?? [];
  const asset = await fetch(new URL(script, controlUrl));
  expect([asset.status, asset.headers.get("content-type")]).toEqual([
    200,
    "text/javascript; charset=utf-8",
  ]);
  expect((await asset.text()).length).toBeGreaterThan(10_000);
});

describe.each([
  ["express", "invoices:GetInvoice", "/invoices/1", ["POST", "/invoices", '{"amount": 12.5}', 201]],
  ["hono", "notes:GetNote", "/notes/1", ["PUT", "/notes/1", "text", 204]],
] as const)("examples/%s", (example, action, path, [method, target, body, made]) => {
  it("answers 401, 403, 200 as a user gets a key and then a policy", async () => {
    const url = await serve(example);
    expect((await call(url, undefined, "GET", path)).status).toBe(401);
    const headers = { "content-type": "application/json" };
    expect((await call(url, root, method, target, { body, headers })).status).toBe(made);

    const iam = new IAMClient({ endpoint: controlUrl, region: "us-east-1", credentials: root });
    const UserName = `user-of-${example}`;
    await iam.send(new CreateUserCommand({ UserName }));
    const key = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const user = credentialsOf(key.AccessKey);
    const [service] = action.split(":");
    expect(await call(url, user, "GET", path)).toMatchObject({
      status: 403,
      body: {
        message: expect.stringMatching(
          new RegExp(
            `^User: \\S+:user/${UserName} is not authorized to perform: ${action} on resource: arn:aws:${service}:us-east-1:`,
          ),
        ),
      },
    });
    const Statement = [{ Effect: "Allow", Action: action, Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "read", PolicyDocument }));
    expect((await call(url, user, "GET", path)).status).toBe(200);
    expect((await call(url, user, method, target, { body, headers })).status).toBe(403);
    iam.destroy();
  });
});

/** Starts an example's server with the installed package. */
async function serve(example: string): Promise<string> {
  const app = join(folder, example);
  cpSync(join(ROOT, "examples", example, "src"), join(app, "src"), { recursive: true });
  cpSync(join(ROOT, "examples", example, "package.json"), join(app, "package.json"));
  mkdirSync(join(folder, "node_modules/@hono"), { recursive: true });
  for (const name of ["express", "hono", "@hono/node-server"])
    symlinkIfAbsent(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  const output = await programs.begin(process.execPath, [join(app, "src/server.ts")], /http:\S+\n/);
  return output.trim();
}

function symlinkIfAbsent(target: string, link: string): void {
  try {
    symlinkSync(target, link);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
