import { createHash } from "node:crypto";
import { connect } from "node:net";
import {
  DeleteUserPolicyCommand,
  EnableOutboundWebIdentityFederationCommand,
} from "@aws-sdk/client-iam";
import { GetWebIdentityTokenCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { webSocketApi } from "../../packages/local/src/gateway/web-socket-api.ts";
import { listen } from "../../packages/local/src/server.ts";
import {
  send,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { allow, session, user } from "../support/people.ts";
import { presign, type Signed, signHeader, type WireRequest } from "../support/wire-signer.ts";

/** `$connect` at the running WebSocket API: APIGW/apigateway-websocket-api-lambda-auth. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const HANDSHAKE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": KEY,
};
let installation: TestInstallation;
let ana: TestCredentials;
let temporary: TestCredentials;
let eve: TestCredentials;
const url = () => new URL(installation.local.webSocketUrl);

beforeAll(async () => {
  installation = await startInstallation();
  const connecting = `arn:aws:execute-api:us-east-1:${installation.account}:orders/live/$connect`;
  ana = await user(
    installation,
    "ana",
    allow("execute-api:Invoke", connecting),
    allow(["sts:AssumeRole", "sts:GetWebIdentityToken"]),
  );
  temporary = await session(installation, "clerk", ana, allow("execute-api:Invoke", connecting));
  eve = await user(
    installation,
    "eve",
    allow("execute-api:Invoke", "arn:aws:execute-api:*:*:orders/prod/*"),
    allow("orders:*"),
  );
});
afterAll(() => installation.stop());

interface Handshake {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** The gateway's answer to a handshake, as bytes tell it. */
function handshake(
  { method, target, headers }: Signed,
  over: Record<string, string> = {},
  base: string | URL = url(),
): Promise<Handshake> {
  const lines = Object.entries({ ...headers, ...HANDSHAKE, ...over }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    let answered = "";
    const done = () => {
      socket.destroy();
      const [head = "", body = ""] = answered.split("\r\n\r\n");
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), head, body });
    };
    socket.setTimeout(5_000, () => reject(new Error(`no answer: ${answered}`)));
    socket.on("error", reject);
    socket.on("close", done);
    socket.on("data", (part) => {
      answered += part;
      if (answered.startsWith("HTTP/1.1 101") && answered.endsWith("\r\n\r\n")) done();
    });
    socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  });
}
const signed = (who: TestCredentials, request: Partial<WireRequest> = {}) =>
  signHeader(url().host, who, { path: "/live", ...request });
const presigned = (who: TestCredentials, request: Partial<WireRequest> = {}) =>
  presign(url().host, who, { path: "/live", ...request });
const unsigned = (headers: Record<string, string> = {}): Signed => ({
  method: "GET",
  target: "/live",
  headers: { host: url().host, ...headers },
});

describe("who may connect", () => {
  it("does: signed in the header or in the query, with long-term and temporary keys", async () => {
    const accepted = createHash("sha1")
      .update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    for (const who of [ana, temporary, installation.root])
      for (const request of [signed(who), presigned(who, { query: [["room", "a b"]] })]) {
        const answer = await handshake(request);
        expect(answer.status).toBe(101);
        expect(answer.head).toContain(`sec-websocket-accept: ${accepted}`);
      }
    expect(installation.decisions.at(-1)).toMatchObject({
      outcome: "allowed",
      action: "execute-api:Invoke",
      resource: `arn:aws:execute-api:us-east-1:${installation.account}:orders/live/$connect`,
      sourceIp: "127.0.0.1",
    });
  });

  it("does with a token of ours", async () => {
    await installation.iam.send(new EnableOutboundWebIdentityFederationCommand({}));
    const { WebIdentityToken } = await installation
      .stsAs(ana)
      .send(new GetWebIdentityTokenCommand({ Audience: ["orders"], SigningAlgorithm: "ES384" }));
    expect(
      (await handshake(unsigned({ authorization: `Bearer ${WebIdentityToken}` }))).status,
    ).toBe(101);
    expect(
      (await handshake(unsigned({ authorization: `Bearer ${WebIdentityToken}x` }))).status,
    ).toBe(401);
  });

  it("does as browsers do it, and hangs up again", async () => {
    const socket = new WebSocket(`ws://${url().host}${presigned(ana).target}`);
    const closed = new Promise((resolve, reject) => {
      socket.onopen = () => socket.close();
      socket.onclose = resolve;
      socket.onerror = reject;
    });
    expect(await closed).toMatchObject({ wasClean: true });
  });
});

describe("who may not connect", () => {
  it.each<[string, number, () => Signed]>([
    ["nobody", 401, () => unsigned()],
    ["somebody with a policy for other stages only", 403, () => signed(eve)],
    ["somebody with a policy for other stages only, presigned", 403, () => presigned(eve)],
    ["another's secret", 401, () => signed({ ...ana, secretAccessKey: eve.secretAccessKey })],
    [
      "a signature of another path",
      401,
      () => ({ ...signed(ana, { path: "/prod" }), target: "/live" }),
    ],
    ["a signature for another region", 401, () => signed(ana, { region: "eu-west-1" })],
    [
      "a signature that was made too long ago",
      401,
      () => signed(ana, { date: new Date(Date.now() - 400_000) }),
    ],
    ["a signature that leaves the host out", 401, () => signed(ana, { unsigned: ["host"] })],
    [
      "a presigned request with more in its query",
      401,
      () => {
        const request = presigned(ana);
        return { ...request, target: `${request.target}&room=2` };
      },
    ],
    ["a session without its token", 401, () => signed({ ...temporary, sessionToken: "" })],
  ])("is told so: %s", async (_, status, request) => {
    const answer = await handshake(request());
    expect(answer).toMatchObject({
      status,
      body: `{"message":"${status === 401 ? "Unauthorized" : "Forbidden"}"}`,
    });
  });

  it("is refused at the next connection after the permission was removed", async () => {
    const bob = await user(installation, "bob", allow("execute-api:Invoke"));
    expect((await handshake(signed(bob))).status).toBe(101);
    await installation.iam.send(
      new DeleteUserPolicyCommand({ UserName: "bob", PolicyName: "own" }),
    );
    expect((await handshake(signed(bob))).status).toBe(403);
  });
});

describe("an authorizer's answer", () => {
  const identity = { apiId: "a", account: "1", region: "us-east-1", stage: "live" };
  const answer = (Effect: string, context: object) => ({
    principalId: "me",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect, Action: "execute-api:Invoke", Resource: "*" }],
    },
    context,
  });

  it.each<[string, () => unknown, number]>([
    ["an allow", () => answer("Allow", { a: "x".repeat(7_000) }), 101],
    ["more than 8 KB", () => answer("Allow", { a: "x".repeat(8_192) }), 500],
    ["a nested context", () => answer("Allow", { a: {} }), 500],
    ["a deny", () => answer("Deny", {}), 403],
    ["nothing", () => undefined, 500],
    [
      "a failure",
      () => {
        throw new Error("no");
      },
      500,
    ],
  ])("is taken as API Gateway takes it: %s", async (_, given, status) => {
    const listening = await listen(0, "PORT", (_request, response) => response.end(), {
      upgrade: webSocketApi({ identity, authorizer: async () => given() }),
    });
    try {
      expect(
        (await handshake(unsigned(), { host: new URL(listening.url).host }, listening.url)).status,
      ).toBe(status);
    } finally {
      await listening.close();
    }
  });
});

describe("what is no handshake", () => {
  it.each([
    ["another version", { "sec-websocket-version": "8" }],
    ["no key", { "sec-websocket-key": "" }],
    ["a key that is none", { "sec-websocket-key": "YQ==" }],
  ])("is refused without a question: %s", async (_, over) => {
    const before = installation.decisions.length;
    expect((await handshake(signed(ana), over)).status).toBe(400);
    expect(installation.decisions).toHaveLength(before);
  });

  it("is an ordinary request, and an upgrade header bypasses no check", async () => {
    const { origin } = new URL(installation.local.restUrl);
    const ask = async (path: string, headers: Record<string, string>) =>
      (await send(origin, "GET", path, { host: url().host, ...headers })).status;
    expect(await ask("/live", {})).toBe(403);
    expect(await ask("/prod/orders", HANDSHAKE)).toBe(401);
    expect(await ask("/live/orders", HANDSHAKE)).toBe(403);
    expect(await ask("/health", { connection: "Upgrade", upgrade: "h2c" })).toBe(200);
  });
});
