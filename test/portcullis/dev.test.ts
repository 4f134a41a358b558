import { createHash } from "node:crypto";
import { once } from "node:events";
import { ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { SignatureV4 } from "@smithy/signature-v4";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, credentialsOf, Sha256, type TestCredentials } from "../support/harness.ts";
import { portcullis } from "./command.ts";
import { type Running, startCommand } from "./running-command.ts";
import { startUpstream, type UpstreamServer } from "./upstream-server.ts";

const DEFINITION = `export const invoices = {
  service: "invoices",
  routes: {
    "GET /invoices": { action: "invoices:ListInvoices", resource: "*" },
    "POST /invoices": { action: "invoices:CreateInvoice", resource: "*" },
    "GET /invoices/{invoiceId}": { action: "invoices:GetInvoice", resource: "invoice/{invoiceId}" },
    "GET /live": { action: "invoices:Connect", resource: "*" },
  },
};
`;

let folder: string;
let definition: string;
let upstream: UpstreamServer;
let gateway: Running;
let url: string;
let controlUrl: string;
let root: TestCredentials;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "portcullis-dev-"));
  definition = join(folder, "invoices.ts");
  writeFileSync(definition, DEFINITION);
  upstream = await startUpstream();
  gateway = startCommand(
    [
      ...["dev", "--service", definition, "--upstream", upstream.url, "--port", "0"],
      ...["--data-dir", join(folder, "data"), "--timeout", "2"],
    ],
    { PORT: "0" },
  );
  [, url = ""] = await gateway.written(/gateway +(http:\S+)[\s\S]*decision follows/);
  [, controlUrl = ""] = await gateway.written(/control API +(http:\S+)/);
  const text = readFileSync(join(folder, "data/credentials"), "utf8");
  root = credentialsOf({
    AccessKeyId: /aws_access_key_id = (\S+)/.exec(text)?.[1],
    SecretAccessKey: /aws_secret_access_key = (\S+)/.exec(text)?.[1],
  });
});

afterAll(async () => {
  expect(await gateway?.stop()).toBe(0);
  await upstream?.close();
  rmSync(folder, { recursive: true, force: true });
});

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A signed request whose answer is read by the test. */
async function ask(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  credentials: TestCredentials | undefined = root,
) {
  const { host, hostname, port } = new URL(url);
  const unsigned = { method: "GET", protocol: "http:", hostname, port: Number(port), path };
  const signer = new SignatureV4({
    service: "execute-api",
    region: "us-east-1",
    credentials,
    sha256: Sha256,
  });
  const signed = await signer.sign({ ...unsigned, headers: { host } });
  return httpRequest({ hostname, port, path, headers: { ...signed.headers, ...headers } });
}

describe("a request that is allowed", () => {
  test("reaches the upstream with its caller, in headers and in a token that verifies", async () => {
    const answer = await call(url, root, "GET", "/invoices?page=2");
    expect(answer.status).toBe(200);
    const { headers } = answer.body;
    expect(answer.body.url).toBe("/invoices?page=2");
    expect(headers).toMatchObject({
      "x-portcullis-principal-arn": "arn:aws:iam::100000000000:root",
      "x-portcullis-principal-type": "Root",
      "x-portcullis-account-id": "100000000000",
      "x-portcullis-mfa-authenticated": "false",
      "x-portcullis-route": "GET /invoices",
    });
    const keys = createRemoteJWKSet(new URL(`${url}/.portcullis/jwks.json`));
    const { payload } = await jwtVerify(headers["x-portcullis-identity"], keys, {
      issuer: url,
      audience: "invoices",
      algorithms: ["ES256"],
    });
    expect(payload).toMatchObject({
      sub: "arn:aws:iam::100000000000:root",
      jti: headers["x-portcullis-decision-id"],
      method: "GET",
      target: "/invoices?page=2",
      context: { principalType: "Root", accountId: "100000000000" },
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
    await gateway.written(/ALLOW +100000000000:root +invoices:ListInvoices on arn:/);
  });

  test("keeps no identity header of the client's, however it is written", async () => {
    const answer = await call(url, root, "GET", "/invoices", {
      headers: {
        "X-Portcullis-Principal-Arn": "arn:aws:iam::999999999999:root",
        x_portcullis_principal_arn: "arn:aws:iam::999999999999:root",
        "x-portcullis-anything": "forged",
        x_forwarded_for: "6.6.6.6",
        "x-forwarded-for": "6.6.6.6",
        forwarded: "for=6.6.6.6",
        "x-kept": "yes",
      },
    });
    expect(answer.status).toBe(200);
    const text = JSON.stringify(answer.body.headers);
    expect(text).not.toMatch(/999999999999|forged|6\.6\.6\.6/);
    expect(answer.body.headers["x-kept"]).toBe("yes");
    expect(answer.body.headers["x-forwarded-for"]).toBe("127.0.0.1");
    expect(answer.body.headers.authorization).toBeUndefined();
  });

  test("cannot remove an identity header by naming it in Connection", async () => {
    const asked = await ask("/invoices", {
      connection: "close, x-portcullis-principal-arn, x-portcullis-identity",
    });
    const [answer] = (await once(asked.end(), "response")) as [IncomingMessage];
    const { headers } = JSON.parse(await textOf(answer));
    expect(headers["x-portcullis-principal-arn"]).toBe("arn:aws:iam::100000000000:root");
    expect(decodeProtectedHeader(headers["x-portcullis-identity"]).alg).toBe("ES256");
  });
});

describe("a request that is not allowed never reaches the upstream", () => {
  test.each([
    ["no credentials", undefined, "/invoices", 401, "Unauthorized"],
    [
      "a wrong secret",
      { accessKeyId: "AKIAPORTCULLISROOT01", secretAccessKey: "wrong" },
      "/invoices",
      401,
      "Unauthorized",
    ],
    ["no such route", undefined, "/other", 404, "Not Found"],
    ["another spelling of a path", undefined, "/Invoices", 404, "Not Found"],
  ])("%s", async (_, credentials, path, status, message) => {
    const before = upstream.received.length;
    const answer = await call(url, credentials, "GET", path);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
    expect(upstream.received.length).toBe(before);
  });

  test("a user without a policy gets AWS's sentence", async () => {
    const iam = new IAMClient({ endpoint: controlUrl, region: "us-east-1", credentials: root });
    await iam.send(new CreateUserCommand({ UserName: "ana" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ana" }));
    iam.destroy();
    const before = upstream.received.length;
    const answer = await call(url, credentialsOf(AccessKey), "GET", "/invoices/7");
    expect(answer.status).toBe(403);
    expect(answer.body.message).toMatch(
      /^User: arn:aws:iam::100000000000:user\/ana is not authorized to perform: invoices:GetInvoice/,
    );
    expect(upstream.received.length).toBe(before);
    await gateway.written(/DENY +100000000000:user\/ana +invoices:GetInvoice/);
  });
});

describe("bodies", () => {
  test.each([
    ["small", 10],
    ["kept in a file", 2_000_000],
  ])("a body that was not signed never reaches the upstream: %s", async (_, size) => {
    const before = upstream.received.length;
    const answer = await call(url, root, "POST", "/invoices", {
      body: "x".repeat(size),
      headers: { "x-amz-content-sha256": sha256("y".repeat(size)) },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toMatch(/SHA-256 differs from x-amz-content-sha256/);
    expect(upstream.received.length).toBe(before);
  });

  test("an unsigned payload is refused unless it is opted in", async () => {
    const before = upstream.received.length;
    const answer = await call(url, root, "POST", "/invoices", {
      body: "x",
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    });
    expect(answer.status).toBe(401);
    expect(upstream.received.length).toBe(before);
  });

  test("100 MB pass, and are never in memory as a whole", async () => {
    const file = join(folder, "large");
    const size = 100 * 1024 * 1024;
    ftruncateSync(openSync(file, "w"), size);
    const before = peakMegabytes();
    const sent = await portcullis([
      ...["call", "POST", `${url}/invoices`, "--data-file", file],
      ...["--data-dir", join(folder, "data")],
    ]);
    expect(sent.stderr).toBe("");
    expect(sent.code).toBe(0);
    expect(JSON.parse(sent.stdout).bodyBytes).toBe(size);
    expect(upstream.received.at(-1)?.headers["content-length"]).toBe(String(size));
    expect(peakMegabytes() - before).toBeLessThan(80);
  });

  /** The gateway's largest resident set so far. */
  function peakMegabytes(): number {
    const status = readFileSync(`/proc/${gateway.process.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }
});

describe("streams", () => {
  test("a server-sent event arrives while the answer goes on", async () => {
    const asked = await ask("/invoices/events");
    const [answer] = (await once(asked.end(), "response")) as [IncomingMessage];
    const [first] = (await once(answer, "data")) as [Buffer];
    expect(first.toString()).toBe("data: one\n\n");
    upstream.finish();
    expect(await textOf(answer)).toBe("data: two\n\n");
  });

  test("a WebSocket handshake is authorized and then connected", async () => {
    const asked = await ask("/live", UPGRADE);
    const [answer, socket] = (await once(asked.end(), "upgrade")) as [IncomingMessage, Socket];
    expect(answer.statusCode).toBe(101);
    expect(answer.headers["sec-websocket-accept"]).toBe("test");
    socket.write("there and back");
    const [echo] = (await once(socket, "data")) as [Buffer];
    expect(echo.toString()).toBe("there and back");
    expect(upstream.received.at(-1)?.headers["x-portcullis-principal-type"]).toBe("Root");
    socket.destroy();
  });

  test("a handshake without credentials is refused", async () => {
    const before = upstream.received.length;
    const { hostname, port } = new URL(url);
    const asked = httpRequest({ hostname, port, path: "/live", headers: UPGRADE });
    const [answer] = (await once(asked.end(), "response")) as [IncomingMessage];
    expect(answer.statusCode).toBe(401);
    expect(upstream.received.length).toBe(before);
  });

  const UPGRADE = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
});

describe("an upstream that", () => {
  test("is silent: 504", async () => {
    const answer = await call(url, root, "GET", "/invoices/silent");
    expect([answer.status, answer.body.message]).toEqual([
      504,
      `The upstream ${upstream.url} did not answer within 2 seconds.`,
    ]);
  });

  test("cuts the connection before its answer: 502", async () => {
    const answer = await call(url, root, "GET", "/invoices/cut");
    expect([answer.status, answer.body.message]).toEqual([
      502,
      `The upstream ${upstream.url} closed the connection before it answered.`,
    ]);
  });

  test("cuts its answer: the client does not take it for whole", async () => {
    const asked = await ask("/invoices/half");
    const [answer] = (await once(asked.end(), "response")) as [IncomingMessage];
    await expect(textOf(answer)).rejects.toThrow("aborted");
  });

  test("is down: 502 until it is there again", async () => {
    await upstream.close();
    const answer = await call(url, root, "GET", "/invoices");
    expect([answer.status, answer.body.message]).toEqual([
      502,
      `The upstream ${upstream.url} accepts no connections (is it running?).`,
    ]);
    upstream = await startUpstream(Number(new URL(upstream.url).port));
    expect((await call(url, root, "GET", "/invoices")).status).toBe(200);
  });
});

describe("the definition", () => {
  test("is read again when it changes; one that does not compile changes nothing", async () => {
    expect((await call(url, root, "GET", "/customers")).status).toBe(404);
    const route = '"GET /customers": { action: "invoices:ListCustomers", resource: "*" },';
    writeFileSync(definition, DEFINITION.replace("routes: {", `routes: { ${route}`));
    await gateway.written(/is read again: 5 routes of invoices/);
    expect((await call(url, root, "GET", "/customers")).status).toBe(200);
    writeFileSync(definition, "export const invoices = {");
    await gateway.written(/portcullis: .*invoices\.ts can't be loaded: .* The former definition/);
    expect((await call(url, root, "GET", "/customers")).status).toBe(200);
  });
});

describe("what can't be started says why in one sentence", () => {
  const start = async (text: string, more: readonly string[] = []) => {
    const file = join(mkdtempSync(join(folder, "d-")), "service.mjs");
    writeFileSync(file, text);
    const common = ["dev", "--service", file, "--upstream", "http://127.0.0.1:1"];
    const { code, stdout, stderr } = await portcullis([...common, ...more]);
    expect(stdout).toBe("");
    return { code, sentence: stderr.replaceAll(file, "FILE") };
  };

  test.each([
    ["export const s = {", 2, /^portcullis: FILE can't be loaded: .+\.\n$/],
    ["process.exit(0)", 2, /^portcullis: FILE can't be loaded: it ends the process\.\n$/],
    ["export const s = 1", 2, /^portcullis: FILE exports no service definition\.\n$/],
    [
      'export const s = { service: "s", routes: {} }',
      2,
      /^portcullis: FILE names no route, so that no request would match\.\n$/,
    ],
    [
      'export const s = { service: "s", routes: { "GET /a": { action: "t:A", resource: "*" } } }',
      2,
      /^portcullis: FILE is no valid service: action `t:A` .+\.\n$/,
    ],
  ])("a definition: %s", async (text, code, sentence) => {
    const started = await start(text);
    expect(started.sentence).toMatch(sentence);
    expect(started.code).toBe(code);
  });

  const GOOD =
    'export const s = { service: "s", routes: { "GET /a": { action: "s:A", resource: "*" } } }';

  test("a port in use", async () => {
    const { port } = new URL(url);
    const started = await start(GOOD, ["--port", port, "--data-dir", join(folder, "data")]);
    expect(started).toEqual({
      code: 1,
      sentence: `portcullis: Port ${port} is in use: set --port to another one, or stop what listens there.\n`,
    });
  });

  test("a control API that is not there", async () => {
    const started = await start(GOOD, [
      "--control-url",
      "http://127.0.0.1:9",
      "--data-dir",
      folder,
    ]);
    expect(started.code).toBe(2);
    expect(started.sentence).toMatch(
      /^portcullis: No installation with the control API http:\/\/127\.0\.0\.1:9 runs on the data directory .+\.\n$/,
    );
  });

  test("an upstream that is no URL, and a flag that there is none", async () => {
    const upstreamless = await portcullis(["dev", "--service", definition, "--upstream", "nope"]);
    expect(upstreamless).toMatchObject({
      code: 2,
      stderr: "portcullis: --upstream must be a URL such as http://127.0.0.1:3000, not `nope`.\n",
    });
    const flag = await portcullis(["dev", "--nonsense"]);
    expect(flag.code).toBe(2);
    expect(flag.stderr).toMatch(/^portcullis: .*\n$/);
  });
});

test("a second gateway uses the installation that is running", async () => {
  const second = startCommand([
    ...["dev", "--service", definition, "--upstream", upstream.url, "--port", "0", "--json"],
    ...["--data-dir", join(folder, "data"), "--control-url", controlUrl, "--api-id", "second"],
    "--allow-unsigned-payload",
  ]);
  writeFileSync(definition, DEFINITION);
  try {
    const [, other = ""] = await second.written(/gateway +(http:\S+)[\s\S]*decision follows/);
    const answer = await call(other, root, "POST", "/invoices", {
      body: "unsigned",
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.bodyBytes).toBe(8);
    const [line = ""] = await second.written(/^\{"type":"decision".*$/m);
    expect(JSON.parse(line)).toMatchObject({ outcome: "allowed", api: "second" });
  } finally {
    expect(await second.stop()).toBe(0);
  }
});

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of answer.setEncoding("utf8")) text += part;
  return text;
}
