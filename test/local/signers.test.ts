import { createHash, createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { send, startInstallation, type TestInstallation } from "../support/harness.ts";

// Signatures as signers in use make them, to each of the servers over real sockets.

let installation: TestInstallation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation.stop());

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const now = () => new Date().toISOString().replace(/[-:]|\.\d+/g, "");

/** The Authorization header, or the signature, of a request whose canonical parts are given. */
function sign(given: {
  readonly service: string;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payloadHash: string;
}) {
  const { accessKeyId, secretAccessKey } = installation.root;
  const scope = `${given.time.slice(0, 8)}/us-east-1/${given.service}/aws4_request`;
  const headers = Object.entries(given.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  const signedHeaders = headers.map(([name]) => name).join(";");
  const canonical = [
    given.method,
    given.path,
    given.query ?? "",
    ...headers.map(([name, value]) => `${name}:${value}`),
    "",
    signedHeaders,
    given.payloadHash,
  ].join("\n");
  const key = scope
    .split("/")
    .reduce<string | Buffer>(
      (parent, part) => createHmac("sha256", parent).update(part).digest(),
      `AWS4${secretAccessKey}`,
    );
  const signature = createHmac("sha256", key)
    .update(`AWS4-HMAC-SHA256\n${given.time}\n${scope}\n${sha256(canonical)}`)
    .digest("hex");
  const credential = `${accessKeyId}/${scope}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { authorization, credential, signature };
}

const urls = () =>
  [
    [installation.local.apiUrl, "/orders"],
    [installation.local.restUrl, "/prod/orders"],
  ] as const;

test("a Date header in place of X-Amz-Date", async () => {
  for (const [url, path] of urls()) {
    const { host } = new URL(url);
    const time = now();
    const headers = { host, date: time };
    const { authorization } = sign({
      service: "execute-api",
      time,
      method: "GET",
      path,
      headers,
      payloadHash: sha256(""),
    });
    const origin = new URL(url).origin;
    expect((await send(origin, "GET", path, { ...headers, authorization })).status).toBe(200);
    const later = {
      ...headers,
      date: time.replace(/\dZ$/, (digit) => (digit === "0Z" ? "1Z" : "0Z")),
    };
    expect((await send(origin, "GET", path, { ...later, authorization })).status).toBe(401);
  }
});

test("a body hash that is not among the signed headers", async () => {
  const body = JSON.stringify({ item: "book", quantity: 1 });
  for (const [url, path] of urls()) {
    const { host, origin } = new URL(url);
    const time = now();
    const headers = { host, "x-amz-date": time };
    const payloadHash = sha256(body);
    const { authorization } = sign({
      service: "execute-api",
      time,
      method: "POST",
      path,
      headers,
      payloadHash,
    });
    const post = (text: string, hash: string) =>
      send(
        origin,
        "POST",
        path,
        {
          ...headers,
          authorization,
          "x-amz-content-sha256": hash,
          "content-type": "application/json",
          "content-length": String(Buffer.byteLength(text)),
        },
        text,
      );
    expect((await post(body, payloadHash)).status).toBe(201);
    const other = body.replace("book", "bomb");
    expect((await post(other, payloadHash)).status).toBe(400);
    expect((await post(other, sha256(other))).status).toBe(401);
  }
});

test("a presigned call of STS without X-Amz-Expires", async () => {
  const { host, origin } = new URL(installation.local.controlUrl);
  const presigned = (time: string) => {
    const { credential } = sign({
      service: "sts",
      time,
      method: "GET",
      path: "/",
      headers: {},
      payloadHash: "",
    });
    const query = [
      ["Action", "GetCallerIdentity"],
      ["Version", "2011-06-15"],
      ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
      ["X-Amz-Credential", credential],
      ["X-Amz-Date", time],
      ["X-Amz-SignedHeaders", "host"],
    ]
      .map((pair) => pair.map((text) => encodeURIComponent(text ?? "")).join("="))
      .join("&");
    const { signature } = sign({
      service: "sts",
      time,
      method: "GET",
      path: "/",
      query,
      headers: { host },
      payloadHash: sha256(""),
    });
    return send(origin, "GET", `/?${query}&X-Amz-Signature=${signature}`, {
      host,
      accept: "application/json",
    });
  };
  const answer = await presigned(now());
  expect(answer.status).toBe(200);
  expect(answer.body.GetCallerIdentityResponse.GetCallerIdentityResult.Account).toBe(
    installation.account,
  );
  const late = new Date(Date.now() - 901_000).toISOString().replace(/[-:]|\.\d+/g, "");
  const expired = await presigned(late);
  expect([expired.status, expired.body.Error.Code]).toEqual([403, "SignatureDoesNotMatch"]);
});
