import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from "node:tls";
import { slimKmsUnwrapper } from "@portcullis/store/slim-kms";
import { environmentCredentials, slimReader } from "@portcullis/store/slim-reader";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { encryptionContext } from "../../packages/store/src/keys/encryption-context.ts";
import { makeCertificate } from "../support/certificate.ts";
import { expectUnavailable } from "./contract/records.ts";

/** The hash that AWS's own signer is given, on node:crypto. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView) {
    this.#hash.update(bytesOf(data));
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {
    throw new Error("unexpected");
  }
}
const bytesOf = (data: string | ArrayBuffer | ArrayBufferView): Uint8Array =>
  typeof data === "string"
    ? Buffer.from(data)
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);

let endpoint = "";
let answer: { status: number; body: string } = { status: 200, body: "{}" };
const requests: {
  headers: IncomingHttpHeaders;
  body: string;
  path: string | undefined;
  method: string | undefined;
}[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  requests.push({ headers: request.headers, body, path: request.url, method: request.method });
  response.writeHead(answer.status).end(answer.body);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  endpoint = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests.length = 0;
});
afterEach(() => vi.unstubAllEnvs());

const timeouts = { deadlineMilliseconds: 1_000, attemptMilliseconds: 700 };
const longTerm = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const temporary = {
  ...longTerm,
  secretAccessKey: "another/+=",
  sessionToken: "token/with+signs==",
};

/** The signature that AWS's own signer makes of the request that arrived. */
async function expectedAuthorization(
  service: string,
  credentials: typeof longTerm | typeof temporary,
): Promise<string | undefined> {
  const [request] = requests;
  if (!request) throw new Error("no request arrived");
  const signer = new SignatureV4({
    service,
    region: "eu-west-1",
    credentials,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signedNames = ["content-type", "host", "x-amz-target", "x-amz-date"];
  const headers = Object.fromEntries(
    signedNames.map((name) => [name, String(request.headers[name])]),
  );
  const date =
    headers["x-amz-date"]?.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z") ?? "";
  const { host: hostname = "", ...rest } = headers;
  const signed = await signer.sign(
    {
      method: "POST",
      protocol: "http:",
      hostname,
      path: "/",
      query: {},
      headers: { ...rest, host: hostname },
      body: request.body,
    },
    { signingDate: new Date(date) },
  );
  return signed.headers.authorization;
}

describe.each([
  ["long-term", longTerm],
  ["temporary", temporary],
])("signs as AWS's own signer does, with %s credentials", (_, credentials) => {
  test("a read", async () => {
    answer = { status: 200, body: '{"Responses":{"table":[]}}' };
    const reader = slimReader({
      endpoint,
      region: "eu-west-1",
      tableName: "table",
      credentials: () => credentials,
    });
    await reader.get([{ account: "a", partition: "ü", sort: "1" }]);
    expect(requests[0]).toMatchObject({
      method: "POST",
      path: "/",
      headers: { "content-type": "application/x-amz-json-1.0" },
    });
    expect(requests[0]?.headers.authorization).toBe(
      await expectedAuthorization("dynamodb", credentials),
    );
    expect(requests[0]?.headers["x-amz-security-token"]).toBe(
      "sessionToken" in credentials ? credentials.sessionToken : undefined,
    );
  });

  test("an unwrapping", async () => {
    const plaintext = Buffer.alloc(32, 7);
    answer = {
      status: 200,
      body: JSON.stringify({ KeyId: "key", Plaintext: plaintext.toString("base64") }),
    };
    const kms = slimKmsUnwrapper({
      endpoint,
      region: "eu-west-1",
      keyArn: "key",
      installation: "table",
      credentials: () => credentials,
    });
    expect(Buffer.from(await kms.unwrap(Buffer.from("wrapped")))).toEqual(plaintext);
    expect(requests[0]?.headers).toMatchObject({
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "TrentService.Decrypt",
    });
    expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
      KeyId: "key",
      CiphertextBlob: Buffer.from("wrapped").toString("base64"),
      EncryptionContext: encryptionContext("table"),
    });
    expect(requests[0]?.headers.authorization).toBe(
      await expectedAuthorization("kms", credentials),
    );
  });
});

test("credentials that change are used from the next call on", async () => {
  answer = { status: 200, body: '{"Responses":{"table":[]}}' };
  let credentials: typeof longTerm = longTerm;
  const reader = slimReader({
    endpoint,
    region: "eu-west-1",
    tableName: "table",
    credentials: () => credentials,
  });
  await reader.get([{ account: "a", partition: "p", sort: "1" }]);
  credentials = { ...longTerm, accessKeyId: "AKIDOTHER", secretAccessKey: "other" };
  requests.length = 0;
  await reader.get([{ account: "a", partition: "p", sort: "1" }]);
  expect(requests[0]?.headers.authorization).toBe(
    await expectedAuthorization("dynamodb", credentials),
  );
});

describe("unwrapping", () => {
  const kms = () =>
    slimKmsUnwrapper({
      endpoint,
      region: "eu-west-1",
      keyArn: "key",
      installation: "i",
      credentials: () => longTerm,
      timeouts,
    });

  test.each([
    "AccessDeniedException",
    "InvalidCiphertextException",
    "DisabledException",
    "IncorrectKeyException",
  ])("is refused by %s at once", async (type) => {
    answer = { status: 400, body: JSON.stringify({ __type: type, message: "no" }) };
    await expectUnavailable(kms().unwrap(Buffer.from("w")), "refused");
    expect(requests).toHaveLength(1);
  });

  test.each([
    [500, "KMSInternalException"],
    [400, "ThrottlingException"],
    [503, "DependencyTimeoutException"],
  ])("is tried until its deadline on %i %s", async (status, type) => {
    answer = { status, body: JSON.stringify({ __type: type }) };
    await expectUnavailable(kms().unwrap(Buffer.from("w")), "deadline");
    expect(requests.length).toBeGreaterThan(1);
  });

  test.each(["{}", '{"Plaintext":7}', "garbage", "null"])(
    "takes no answer like %s for a key",
    async (body) => {
      answer = { status: 200, body };
      await expectUnavailable(kms().unwrap(Buffer.from("w")), "malformed");
    },
  );
});

test("a function's own credentials are those that Lambda hands it", () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "ASIA1");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", "token");
  expect(environmentCredentials()).toEqual({
    accessKeyId: "ASIA1",
    secretAccessKey: "secret",
    sessionToken: "token",
  });
  vi.stubEnv("AWS_ACCESS_KEY_ID", "");
  expect(environmentCredentials).toThrow("AWS_ACCESS_KEY_ID");
});

describe("over TLS, as AWS is reached", () => {
  const { certificate, privateKey } = makeCertificate("localhost");
  let url = "";
  const connections: { readonly resumed: boolean }[] = [];
  let requestsSeen = 0;
  const secure = createSecureServer({ cert: certificate, key: privateKey }, (request, response) => {
    requestsSeen++;
    request.resume().on("end", () => {
      // Long enough for the next request to need a connection of its own.
      setTimeout(() => response.end('{"Responses":{"table":[]}}'), 20);
    });
  }).on("secureConnection", (socket: TLSSocket) =>
    connections.push({ resumed: socket.isSessionReused() }),
  );
  const authorities = getCACertificates("default");
  beforeAll(async () => {
    await new Promise<void>((resolve) => secure.listen(0, "localhost", resolve));
    const address = secure.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    url = `https://localhost:${address.port}`;
  });
  beforeEach(() => {
    connections.length = 0;
    requestsSeen = 0;
  });
  afterEach(() => setDefaultCACertificates(authorities));
  afterAll(() => {
    secure.closeAllConnections();
    secure.close();
  });
  const reader = (endpoint = url) =>
    slimReader({
      endpoint,
      region: "eu-west-1",
      tableName: "table",
      credentials: () => longTerm,
      timeouts,
    });
  const key = { account: "a", partition: "p", sort: "1" };

  test("reads, and keeps its connection", async () => {
    setDefaultCACertificates([...authorities, certificate]);
    const trusting = reader();
    expect(await trusting.get([key])).toEqual([undefined]);
    expect(await trusting.get([key])).toEqual([undefined]);
    expect(connections).toEqual([{ resumed: false }]);
  });

  test("resumes the session in its next connections", async () => {
    setDefaultCACertificates([...authorities, certificate]);
    const trusting = reader();
    await trusting.get([key]);
    await Promise.all([trusting.get([key]), trusting.get([key])]);
    expect(connections).toEqual([{ resumed: false }, { resumed: true }]);
  });

  test("sends nothing to a server with an untrusted certificate", async () => {
    const outcome = reader().get([key]);
    await expectUnavailable(outcome, "refused");
    await expect(outcome).rejects.toThrow(/self-signed certificate/);
    expect(requestsSeen).toBe(0);
  });

  test("sends nothing to a server with another's certificate", async () => {
    setDefaultCACertificates([...authorities, certificate]);
    const outcome = reader(url.replace("localhost", "127.0.0.1")).get([key]);
    await expectUnavailable(outcome, "refused");
    await expect(outcome).rejects.toThrow(/does not match certificate's altnames/);
    expect(requestsSeen).toBe(0);
  });
});

test.each(["token\r\nx-injected: 1", "tok\u0000en", "tokën"])(
  "sends no header whose value is %j",
  async (sessionToken) => {
    const reader = slimReader({
      endpoint,
      region: "eu-west-1",
      tableName: "table",
      credentials: () => ({ ...longTerm, sessionToken }),
      timeouts,
    });
    const outcome = reader.get([{ account: "a", partition: "p", sort: "1" }]);
    await expectUnavailable(outcome, "malformed");
    await expect(outcome).rejects.toThrow("the header x-amz-security-token is malformed");
    expect(requests).toHaveLength(0);
  },
);
