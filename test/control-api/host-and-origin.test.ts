import { createInstallation, iamHandler, signInHandler } from "@portcullis/functions";
import { DEFAULT_MEMBER_RATE, DEFAULT_QUOTAS } from "@portcullis/iam/settings";
import { recordsOf, type Store } from "@portcullis/iam/store";
import { memoryKeyWrapper } from "@portcullis/store";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send, startInstallation, type TestInstallation } from "../support/harness.ts";

let here: TestInstallation;
beforeAll(async () => {
  here = await startInstallation();
});
afterAll(() => here.stop());

const PASSWORD = "the root password of the tests, 1";
const FOREIGN_HOST = "The Host header names another server. Set PORTCULLIS_HOSTS to accept it.";

describe("a local server", () => {
  const urls = () => [here.local.controlUrl, here.local.apiUrl, here.local.restUrl];
  const statusOf = async (base: string, host: string) =>
    (await send(base, "GET", "/health", { host })).status;

  it("is called by the names of loopback, with its own port", async () => {
    for (const url of urls()) {
      const { port } = new URL(url);
      for (const name of ["127.0.0.1", "localhost", "[::1]", "acme.localhost", "LOCALHOST"])
        expect([name, await statusOf(url, `${name}:${port}`)]).toEqual([name, 200]);
    }
  });

  it.each([
    ["a name that resolves to it", (port: string) => `evil.example.com:${port}`],
    ["its name without the port", () => "127.0.0.1"],
    ["another port", () => "127.0.0.1:1"],
    ["a name that ends like it", (port: string) => `evil-localhost:${port}`],
    ["a name that begins like it", (port: string) => `localhost.evil.example.com:${port}`],
    ["an address of another form", (port: string) => `2130706433:${port}`],
    ["credentials before it", (port: string) => `user@localhost:${port}`],
    ["nothing", () => ""],
  ])("refuses a Host that is %s", async (_, host) => {
    for (const url of urls()) {
      const answer = await send(url, "GET", "/health", { host: host(new URL(url).port) });
      expect(answer).toMatchObject({ status: 421, body: { message: FOREIGN_HOST } });
    }
  });

  it("takes further hosts from PORTCULLIS_HOSTS", async () => {
    process.env.PORTCULLIS_HOSTS = "other.example:80, Host.docker.internal:4000";
    const other = await startInstallation().finally(() => delete process.env.PORTCULLIS_HOSTS);
    expect(await statusOf(other.local.controlUrl, "host.docker.internal:4000")).toBe(200);
    expect(await statusOf(other.local.controlUrl, "evil.example:4000")).toBe(421);
    await other.stop();
  });
});

describe("POST /signin", () => {
  const signIn = (headers: Record<string, string>) => {
    const { host } = new URL(here.local.controlUrl);
    const body = JSON.stringify({
      account: here.account,
      email: "root@localhost",
      password: PASSWORD,
    });
    return send(here.local.controlUrl, "POST", "/signin", { host, ...headers }, body);
  };
  const json = { "content-type": "application/json" };

  it.each([
    ["no type", {}],
    ["a form's type", { "content-type": "application/x-www-form-urlencoded" }],
    ["a form's other type", { "content-type": "text/plain" }],
    ["a type that begins like JSON", { "content-type": "application/jsonp" }],
    ["several types", { "content-type": "text/plain, application/json" }],
  ])("refuses %s", async (_, headers) => {
    expect(await signIn(headers)).toMatchObject({
      status: 415,
      body: { message: "The content type must be application/json." },
    });
  });

  it.each(["https://evil.example.com", "null", "http://localhost:1", "http://127.0.0.1"])(
    "refuses a page of %s, and lets it read nothing",
    async (origin) => {
      const answer = await signIn({ ...json, origin });
      expect(answer).toMatchObject({
        status: 403,
        body: { message: "Pages of other origins cannot sign in." },
      });
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    },
  );

  it("takes its own pages and clients that are no pages", async () => {
    const { origin } = new URL(here.local.controlUrl);
    for (const headers of [
      json,
      { ...json, origin },
      { "content-type": "application/json; charset=utf-8" },
    ])
      expect((await signIn(headers)).status).toBe(200);
  });

  it("logs whom a refused sign-in is for where it exists, and else nothing that was typed", async () => {
    const attempt = async (members: object) => {
      const { host } = new URL(here.local.controlUrl);
      const body = JSON.stringify({ password: "wrong", ...members });
      await send(here.local.controlUrl, "POST", "/signin", { host, ...json }, body);
      const { action, outcome, account, principal } = here.decisions.at(-1) ?? {};
      expect([action, outcome]).toEqual(["signin", "unauthenticated"]);
      return [account, principal];
    };
    const { account } = here;
    expect(await attempt({ account, email: "root@localhost" })).toEqual([
      account,
      `arn:aws:iam::${account}:root`,
    ]);
    expect(await attempt({ account, userName: "my-secret" })).toEqual([account, undefined]);
    expect(await attempt({ account: "my-secret", userName: "ana" })).toEqual([
      undefined,
      undefined,
    ]);
    expect(JSON.stringify(here.decisions)).not.toContain("my-secret");
  });
});

describe("the deployed control API", () => {
  const HOST = "a1b2c3.execute-api.eu-west-1.amazonaws.com";
  const CONSOLE = "https://console.example.com";
  const store: Store = {
    get: async (keys) => recordsOf(keys, []),
    snapshot: async (keys) => recordsOf(keys, []),
    query: async () => ({ records: [], more: false }),
    counters: async () => ({}),
    countersOfAll: async () => [],
    transact: async () => {},
  };
  const installation = createInstallation({
    store,
    wrapper: memoryKeyWrapper(),
    log: () => {},
    settings: {
      managementAccount: "100000000000",
      region: "eu-west-1",
      issuer: `https://${HOST}`,
      quotas: DEFAULT_QUOTAS,
      memberRate: DEFAULT_MEMBER_RATE,
    },
    browser: { consoleOrigin: CONSOLE },
  });
  const handlers = {
    "/iam": iamHandler(() => installation),
    "/signin": signInHandler(() => installation),
  };
  const ask = (
    path: keyof typeof handlers,
    method: string,
    headers: Record<string, string>,
    body = "",
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const http = { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "" };
    const event = {
      version: "2.0",
      routeKey: `ANY ${path}`,
      rawPath: path,
      rawQueryString: "",
      headers: { host: HOST, ...headers },
      requestContext: { domainName: HOST, http, requestId: "r" },
      body,
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2;
    return handlers[path](event, {} as never);
  };

  it("answers the preflight of the console's origin, by name", async () => {
    const preflight = {
      origin: CONSOLE,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,x-amz-date",
    };
    for (const path of ["/iam", "/signin"] as const) {
      const { statusCode, headers } = await ask(path, "OPTIONS", preflight);
      expect([statusCode, headers]).toEqual([
        204,
        {
          "access-control-allow-origin": CONSOLE,
          "access-control-allow-methods": "POST",
          "access-control-allow-headers":
            "authorization,content-type,if-match,amz-sdk-invocation-id,amz-sdk-request,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-target,x-amz-user-agent,x-portcullis-name-prefix",
          "access-control-expose-headers": "date,retry-after,x-amzn-requestid",
          "access-control-max-age": "7200",
          vary: "origin",
        },
      ]);
      const foreign = await ask(path, "OPTIONS", { ...preflight, origin: "https://evil.example" });
      expect(foreign.statusCode).toBe(403);
      expect(foreign.headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  it("lets the console's origin read answers and errors, and no other", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const call = "Action=ListUsers&Version=2010-05-08";
    const answer = await ask("/iam", "POST", { ...form, origin: CONSOLE }, call);
    expect(answer).toMatchObject({
      statusCode: 403,
      body: expect.stringContaining("MissingAuthenticationToken"),
      headers: {
        "access-control-allow-origin": CONSOLE,
        "access-control-expose-headers": "date,retry-after,x-amzn-requestid",
        vary: "origin",
      },
    });
    for (const origin of ["https://evil.example", `${CONSOLE}.evil.example`, "null"]) {
      const other = await ask("/iam", "POST", { ...form, origin }, call);
      expect(other.headers).not.toHaveProperty("access-control-allow-origin");
    }
    const json = { "content-type": "application/json", origin: CONSOLE };
    expect(await ask("/signin", "POST", json, "{}")).toMatchObject({
      statusCode: 400,
      headers: { "access-control-allow-origin": CONSOLE },
    });
  });

  it("refuses a Host by which API Gateway did not find it", async () => {
    for (const path of ["/iam", "/signin"] as const)
      expect(await ask(path, "POST", { host: "evil.example" })).toMatchObject({
        statusCode: 403,
        body: '{"message":"Forbidden"}',
      });
  });
});
