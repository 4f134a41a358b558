import { connect } from "node:net";
import type { ProtectionOptions } from "@portcullis/authorizer/http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../support/harness.ts";
import {
  ACCOUNT,
  type OwnAuthorizer,
  type OwnInstallation,
  ownAuthorizer,
  ownInstallation,
  ROOT,
} from "../support/own-authorizer.ts";
import { presign, signHeader, type WireRequest } from "../support/wire-signer.ts";
import { type NotesServer, notesService, SERVERS } from "./http-servers.ts";

/** One contract for all middlewares of HTTP servers, over real sockets. */
describe.each(Object.entries(SERVERS))("protect, in %s", (_, start) => {
  let installation: OwnInstallation;
  let authorizer: OwnAuthorizer;
  let server: NotesServer;
  const running: NotesServer[] = [];
  const begin = async (more: Partial<ProtectionOptions> = {}) => {
    const options = {
      service: notesService,
      authorizer: () => ({ authorizer, region: "us-east-1" }),
    };
    const begun = await start({ ...options, bodyLimitBytes: 200_000, ...more });
    running.push(begun);
    return begun;
  };
  beforeAll(async () => {
    installation = await ownInstallation();
    authorizer = ownAuthorizer(installation, {
      reader: installation.reader(),
      service: notesService,
    });
    server = await begin();
  });
  afterAll(async () => {
    for (const each of running) await each.close();
    await installation.stop();
  });

  const sign = (request: Partial<WireRequest> = {}, { host } = server) =>
    signHeader(host, ROOT, { path: "/notes/a%20b", ...request });
  const deliver = (
    { method, target, headers }: ReturnType<typeof sign>,
    body?: string,
    { host } = server,
  ) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    return send(`http://${host}`, method, target, { ...headers, ...length }, body);
  };
  const ask = (request: Partial<WireRequest> = {}) => deliver(sign(request), request.body);

  it("hands route, parameters and a typed caller to the handler, with one read a decision", async () => {
    expect((await ask()).status).toBe(200);
    const { authorized, noteId } = server.seen.at(-1)!;
    expect(noteId).toBe("a b");
    expect(authorized).toMatchObject({
      routeKey: "GET /notes/{noteId}",
      pathParameters: { noteId: "a b" },
      caller: {
        principalArn: `arn:aws:iam::${ACCOUNT}:root`,
        principalType: "Root",
        accountId: ACCOUNT,
        mfaAuthenticated: false,
        tags: {},
        decisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    await ask();
    expect(authorizer.lines.at(-1)).toMatchObject({
      action: "notes:GetNote",
      resource: `arn:aws:notes:us-east-1:${ACCOUNT}:note/a b`,
      outcome: "allowed",
      api: "notes",
      sourceIp: "127.0.0.1",
      roundTrips: 1,
    });
  });

  it("takes presigned requests", async () => {
    const signed = presign(server.host, ROOT, { path: "/notes/1" });
    expect((await deliver(signed)).status).toBe(200);
  });

  it("answers HEAD by the route of GET", async () => {
    expect((await ask({ method: "HEAD" })).status).toBe(200);
    expect(authorizer.lines.at(-1)?.action).toBe("notes:GetNote");
  });

  it("gives body parsers the bytes whose hash it checked", async () => {
    for (const size of [1, 1_000, 150_000]) {
      const body = JSON.stringify({ text: "ü".repeat(size / 2) });
      const headers = { "content-type": "application/json" };
      // The hash is made here: no header is needed for it.
      const answer = await ask({
        method: "POST",
        path: "/notes",
        body,
        headers,
        contentSha256: false,
      });
      expect(answer.status).toBe(201);
      const { authorized, json } = server.seen.at(-1)!;
      expect(json).toEqual(JSON.parse(body));
      expect(Buffer.from(authorized.body).toString()).toBe(body);
    }
  });

  it("refuses another body than the signed one, with and without the header", async () => {
    const before = server.seen.length;
    for (const contentSha256 of [false, undefined] as const) {
      const signed = sign({
        method: "POST",
        path: "/notes",
        body: "{}",
        headers: { "content-type": "application/json" },
        ...(contentSha256 === false && { contentSha256 }),
      });
      expect((await deliver(signed, "{ }")).status).toBe(401);
      expect((await deliver(signed)).status).toBe(401);
    }
    expect(server.seen).toHaveLength(before);
  });

  it("refuses an unsigned body, also when the signer declares it unsigned", async () => {
    const unsigned = { method: "POST", path: "/notes", contentSha256: "UNSIGNED-PAYLOAD" };
    expect((await deliver(sign({ ...unsigned, body: "{}" }), "{}")).status).toBe(401);
  });

  it("answers 413 to a body over the limit, declared or not", async () => {
    const body = "x".repeat(200_001);
    const signed = sign({ method: "POST", path: "/notes", body });
    expect(await deliver(signed, body)).toMatchObject({
      status: 413,
      body: { message: "Content Too Large" },
    });
    const { headers, ...rest } = signed;
    const chunked = { ...headers, "transfer-encoding": "chunked" };
    const { host } = server;
    const answer = await send(`http://${host}`, rest.method, rest.target, chunked, body).catch(
      (error: Error & { code?: string }) => error.code,
    );
    // The connection is closed: a client that is still sending may get that instead.
    if (typeof answer === "object") expect(answer.status).toBe(413);
    else expect(answer).toMatch(/ECONNRESET|EPIPE/);
  });

  it("answers 401 without credentials, and with a wrong signature", async () => {
    const { headers, ...signed } = sign();
    const bare = await deliver({ ...signed, headers: { host: server.host } });
    expect(bare).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
    const other = {
      ...headers,
      authorization: headers.authorization!.replace(/.$/, (c) => (c === "0" ? "1" : "0")),
    };
    expect((await deliver({ ...signed, headers: other })).status).toBe(401);
    const twice = [...Object.entries(headers).flat(), "authorization", headers.authorization!];
    const answer = await send(`http://${server.host}`, "GET", signed.target, twice);
    expect(answer.status).toBe(401);
  });

  it("answers 500 when the decision fails, and never lets it pass", async () => {
    const broken = {
      ...authorizer,
      decide: async () => ({ kind: "failed" as const, decisionId: "1" }),
    };
    const failing = await begin({
      authorizer: () => ({ authorizer: broken, region: "us-east-1" }),
    });
    const answer = await deliver(sign({}, failing), undefined, failing);
    expect(answer).toMatchObject({ status: 500, body: { message: "Internal Server Error" } });
    expect(failing.seen).toEqual([]);
  });

  it("answers 500 when there is no installation", async () => {
    const unnamed = await begin({
      authorizer: () => {
        throw new Error("no installation is named");
      },
    });
    expect((await deliver(sign({}, unnamed), undefined, unnamed)).status).toBe(500);
    expect(unnamed.seen).toEqual([]);
  });

  it("answers 403 with AWS's sentence and the encoded message", async () => {
    const refusing = {
      decide: async () => ({
        kind: "forbidden" as const,
        message: "User: x is not authorized to perform: notes:GetNote",
        decisionId: "1",
        caller: {} as never,
        encodedMessage: async () => "encoded",
      }),
    };
    const denying = await begin({
      authorizer: () => ({ authorizer: refusing, region: "us-east-1" }),
    });
    expect(await deliver(sign({}, denying), undefined, denying)).toMatchObject({
      status: 403,
      body: {
        message: "User: x is not authorized to perform: notes:GetNote",
        encodedAuthorizationMessage: "encoded",
      },
    });
    expect(denying.seen).toEqual([]);
  });

  // Frameworks differ in what they route alike. None of these may reach a handler by the action of
  // another route.
  it.each([
    ["a path without a route", "/elsewhere"],
    ["another case of a plain segment", "/notes/Summary"],
    ["another case of a route", "/Notes/1"],
    ["a slash at the end", "/notes/1/"],
    ["an empty segment", "/notes//1"],
    ["a second slash", "//notes/1"],
    ["a dot segment", "/notes/../notes/1"],
    ["an escaped dot segment", "/notes/%2e%2e/1"],
    ["an escaped plain segment", "/notes/%73ummary"],
    ["an escaped segment of the route", "/%6eotes/1"],
    ["an escaped slash", "/notes/1%2f2"],
    ["an escaped backslash", "/notes/1%5c2"],
    ["an escaped zero byte", "/notes/1%00"],
    ["a broken escape", "/notes/%zz"],
    ["an unusual escape", "/notes/%61"],
  ])("lets no handler have %s", async (_, path) => {
    const before = server.seen.length;
    const { status } = await deliver(sign({ path }));
    expect([400, 401, 403, 404]).toContain(status);
    expect(server.seen).toHaveLength(before);
  });

  it.each([
    ["a fragment", "/notes/1#2"],
    ["a backslash", "/notes\\1"],
    ["an asterisk", "*"],
  ])("lets no handler have %s in the request line", async (_, target) => {
    const before = server.seen.length;
    const { headers } = sign({ path: "/notes/1" });
    const status = await rawStatus(server.host, target, headers);
    expect([400, 401, 403, 404]).toContain(status);
    expect(server.seen).toHaveLength(before);
  });

  // RFC 9112, 3.2.2: servers accept absolute targets. `@hono/node-server` passes on their path.
  it.each(["HOST", "else.test"])(
    "refuses an absolute target at %s, or evaluates the path that the handler gets",
    async (host) => {
      const before = server.seen.length;
      const { headers } = sign({ path: "/notes/1" });
      const target = `http://${host.replace("HOST", server.host)}/notes/1`;
      const status = await rawStatus(server.host, target, headers);
      expect([200, 400]).toContain(status);
      const seen = server.seen.slice(before).map(({ handler, noteId }) => ({ handler, noteId }));
      expect(seen).toEqual(status === 200 ? [{ handler: "get", noteId: "1" }] : []);
      if (status === 200) expect(authorizer.lines.at(-1)?.resource).toMatch(/:note\/1$/);
    },
  );

  it("refuses a query parameter of the definition that parsers of queries would merge", async () => {
    expect((await ask({ path: "/search", query: [["channel", "web"]] })).status).toBe(200);
    const merged: WireRequest["query"] = [
      ["channel", "web"],
      ["channel[]", "post"],
    ];
    expect((await ask({ path: "/search", query: merged })).status).toBe(400);
    expect((await ask({ path: "/search", query: [["filter[a]", "web"]] })).status).toBe(200);
  });

  it("takes the caller's address from a proxy only where it is to be trusted", async () => {
    const headers = { "x-forwarded-for": "203.0.113.9, 192.0.2.7", "x-forwarded-proto": "https" };
    await ask({ headers });
    expect(authorizer.lines.at(-1)?.sourceIp).toBe("127.0.0.1");
    const behind = await begin({ trustForwardedFor: true });
    await deliver(sign({ headers }, behind), undefined, behind);
    expect(authorizer.lines.at(-1)?.sourceIp).toBe("192.0.2.7");
  });

  it("goes on serving after a client that ends within a body", async () => {
    const { headers } = sign({ method: "POST", path: "/notes", body: "{}" });
    await cutOff(server.host, { ...headers, "content-length": "100" });
    expect((await ask()).status).toBe(200);
  });
});

/** The status of a request whose line is not touched by any client. */
function rawStatus(host: string, target: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = openTo(host);
    let text = "";
    socket.on("data", (part) => {
      text += part;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(text.split(" ")[1])));
    // Not ended: a server may take that as the end of its client.
    socket.write(`GET ${target} HTTP/1.1\r\n${lines({ ...headers, connection: "close" })}\r\n`);
  });
}

function cutOff(host: string, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve) => {
    const socket = openTo(host);
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.write(`POST /notes HTTP/1.1\r\n${lines(headers)}\r\n{`, () => socket.destroy());
  });
}

function openTo(host: string) {
  const [hostname = "", port = ""] = host.split(":");
  return connect(Number(port), hostname);
}

const lines = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
