import { connect, type Socket } from "node:net";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Sha256, send, startInstallation, type TestInstallation } from "../../support/harness.ts";

let installation: TestInstallation;
let servers: readonly (readonly [name: string, url: string])[];
beforeAll(async () => {
  installation = await startInstallation();
  const { controlUrl, apiUrl, restUrl } = installation.local;
  servers = [
    ["the control API", controlUrl],
    ["the sample API", apiUrl],
    ["the REST API", new URL(restUrl).origin],
  ];
});
afterAll(() => installation.stop());
afterEach(() => vi.restoreAllMocks());

/** The bytes with the server's own name for `host: x`. */
const addressed = (url: string, bytes: string): string =>
  bytes.replaceAll("host: x\r\n", `host: ${new URL(url).host}\r\n`);

/** Everything that is answered to these bytes until the server ends the connection. */
function raw(url: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answered = "";
    const socket = open(url);
    socket.setTimeout(5_000, () =>
      reject(new Error(`no end within 5 seconds, after: ${answered}`)),
    );
    socket.on("data", (part) => {
      answered += part;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answered));
    socket.write(typeof bytes === "string" ? addressed(url, bytes) : bytes);
  });
}

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

const statuses = (answer: string) =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
const healthy = async (url: string) =>
  (await send(url, "GET", "/health", { host: new URL(url).host })).status;

describe("clients that break HTTP", () => {
  const broken: readonly (readonly [what: string, bytes: string, status: string])[] = [
    ["no Host", "GET /health HTTP/1.1\r\n\r\n", "400"],
    ["no HTTP at all", "GARBAGE\r\n\r\n", "400"],
    ["another version of HTTP", "GET / HTTP/9.9\r\nhost: x\r\n\r\n", "400"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"],
    ["a NUL in the path", "GET /\u0000 HTTP/1.1\r\nhost: x\r\n\r\n", "400"],
    ["bare line feeds", "GET /health HTTP/1.1\nhost: x\n\n", "400"],
    ["a method of its own", "FOO / HTTP/1.1\r\nhost: x\r\n\r\n", "400"],
    ["huge headers", `GET / HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(20_000)}\r\n\r\n`, "431"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
      "400",
    ],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
    [
      "a broken chunk",
      "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
      "400",
    ],
  ];
  test.each(broken)("%s: each server says so and hangs up", async (_, bytes, status) => {
    for (const [, url] of servers) {
      expect(statuses(await raw(url, bytes))).toEqual([status]);
      expect(await healthy(url)).toBe(200);
    }
  });

  test("a tunnel is not opened", async () => {
    for (const [, url] of servers)
      expect(await raw(url, "CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n")).toBe("");
  });

  test("requests that come at once are answered in their order", async () => {
    const health = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n";
    const post = "POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc";
    const last = "GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for (const [name, url] of servers) {
      const refused = name === "the REST API" ? "403" : "404";
      expect(statuses(await raw(url, health + post + health + last))).toEqual([
        "200",
        refused,
        "200",
        "200",
      ]);
    }
  });

  test("a body over 10 MB is refused before it has ended, and the connection with it", async () => {
    const head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n";
    const body = Buffer.alloc(10 * 1024 * 1024 + 1, "a");
    for (const [, url] of servers) {
      const answer = await raw(url, Buffer.concat([Buffer.from(addressed(url, head)), body]));
      expect(statuses(answer)).toEqual(["413"]);
      expect(answer).toMatch(/^connection: close\r$/im);
      expect(await healthy(url)).toBe(200);
    }
  });

  test("whoever goes away in the middle of a body leaves no trace in the log", async () => {
    const logged = vi.spyOn(console, "error");
    for (const [, url] of servers) {
      const socket = open(url);
      await new Promise((sent) =>
        socket.write(
          addressed(url, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc"),
          sent,
        ),
      );
      await new Promise((later) => setTimeout(later, 50));
      socket.destroy();
    }
    await new Promise((later) => setTimeout(later, 50));
    for (const [, url] of servers) expect(await healthy(url)).toBe(200);
    expect(logged).not.toHaveBeenCalled();
  });

  test("a thousand idle connections keep nobody else out", async () => {
    const idle = servers.flatMap(([, url]) => Array.from({ length: 334 }, () => open(url)));
    for (const socket of idle) socket.on("error", () => {});
    await Promise.all(
      idle.map((socket) => new Promise((opened) => socket.once("connect", opened))),
    );
    // Half a request, and a body that is never sent.
    const [[, first] = ["", ""]] = servers;
    idle[0]?.write(addressed(first, "POST / HTTP/1.1\r\nhost: x\r\n"));
    idle[1]?.write(addressed(first, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n"));
    for (const [, url] of servers) expect(await healthy(url)).toBe(200);
    expect(await installation.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: installation.account,
    });
    for (const socket of idle) socket.destroy();
  });
});

test.each(["/health", "/health?from=a-balancer"])("%s answers every client", async (path) => {
  for (const [, url] of servers) {
    expect(await send(url, "GET", path, { host: new URL(url).host })).toMatchObject({
      status: 200,
      body: { status: "ok" },
    });
    expect((await send(url, "HEAD", path, { host: new URL(url).host })).status).toBe(200);
    expect((await send(url, "POST", path, { host: new URL(url).host })).status).not.toBe(200);
  }
});

describe("the control API at /", () => {
  test.each(["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "GET"])(
    "has nothing for %s",
    async (method) => {
      const { status } = await send(installation.local.controlUrl, method, "/", {
        host: new URL(installation.local.controlUrl).host,
      });
      expect(status).toBe(404);
    },
  );

  test("answers a presigned GET, by which an identity is proven to a third party", async () => {
    const { controlUrl } = installation.local;
    const { host, hostname, port } = new URL(controlUrl);
    const signer = new SignatureV4({
      service: "sts",
      region: "us-east-1",
      credentials: installation.root,
      sha256: Sha256,
    });
    const { query = {} } = await signer.presign({
      method: "GET",
      protocol: "http:",
      hostname,
      port: Number(port),
      path: "/",
      query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
      headers: { host },
    });
    const search = new URLSearchParams(query as Record<string, string>);
    const { status, body } = await send(controlUrl, "GET", `/?${search}`, { host });
    expect(body).toContain(`<Account>${installation.account}</Account>`);
    expect(status).toBe(200);
    const other = search.toString().replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    expect((await send(controlUrl, "GET", `/?${other}`, { host })).status).toBe(403);
  });

  test("survives a credential that is no URL encoding", async () => {
    const logged = vi.spyOn(console, "error");
    const target = "/?X-Amz-Credential=%ff%zz&Action=GetCallerIdentity";
    const { status, body } = await send(installation.local.controlUrl, "POST", target, {
      host: new URL(installation.local.controlUrl).host,
    });
    expect(status).toBe(404);
    expect(body).toContain("<Code>MalformedQueryString</Code>");
    expect(logged).not.toHaveBeenCalled();
  });
});
