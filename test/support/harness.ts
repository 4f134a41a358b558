import { createHash, createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { AccessAnalyzerClient } from "@aws-sdk/client-accessanalyzer";
import { IAMClient } from "@aws-sdk/client-iam";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { STSClient } from "@aws-sdk/client-sts";
import type { DecisionLine } from "@portcullis/authorizer";
import { ordersLocal } from "@portcullis/example-orders";
import { type LocalInstallation, startLocal } from "@portcullis/local";
import { SignatureV4 } from "@smithy/signature-v4";

type LocalOptions = NonNullable<Parameters<typeof startLocal>[2]>;

/**
 * A whole installation on free ports of loopback, with its engine in memory: real clients over real
 * sockets.
 */
export interface TestInstallation {
  readonly local: LocalInstallation;
  readonly account: string;
  readonly root: TestCredentials;
  /** Clients of the root user. */
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly organizations: OrganizationsClient;
  readonly analyzer: AccessAnalyzerClient;
  /** Clients of somebody else. */
  readonly iamAs: (credentials: TestCredentials) => IAMClient;
  readonly stsAs: (credentials: TestCredentials) => STSClient;
  readonly organizationsAs: (credentials: TestCredentials) => OrganizationsClient;
  readonly analyzerAs: (credentials: TestCredentials) => AccessAnalyzerClient;
  /** A request to the sample API (or to `url`), signed by the SDK's own signer. */
  readonly call: (
    credentials: TestCredentials | undefined,
    method: string,
    path: string,
    options?: CallOptions,
  ) => Promise<ApiAnswer>;
  /** Every decision since the start, oldest first. */
  readonly decisions: readonly DecisionLine[];
  stop(): Promise<void>;
}

interface SdkClient {
  destroy(): void;
  // biome-ignore lint/suspicious/noExplicitAny: the stack of each client has types of its own
  readonly middlewareStack: { add(middleware: any, options: object): void };
}

/**
 * The SDK corrects its clock by the server's `date` header. Node.js writes that by the real time,
 * also in a test that has stopped the clock.
 */
const withoutDate =
  <A, R extends { readonly response: unknown }>(next: (args: A) => Promise<R>) =>
  async (args: A): Promise<R> => {
    const result = await next(args);
    const { headers } = result.response as { headers: Record<string, string> };
    delete headers.date;
    return result;
  };

export interface TestCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface CallOptions {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** When it was signed. */
  readonly signingDate?: Date;
  /** Another API than the sample one. */
  readonly url?: string;
}

export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever the API answers
  readonly body: any;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export async function startInstallation(
  options: {
    readonly dataDirectory?: string;
    readonly dynamodbEndpoint?: string;
    readonly accountId?: string;
    /** Whether the sample API has a resource policy. */
    readonly apiPolicy?: boolean;
    /** Lets through what would be denied at the sample API. */
    readonly observe?: { readonly unauthenticated?: boolean };
    /** Calls that a member account gets answered. */
    readonly memberRate?: { readonly perSecond: number; readonly burst: number };
    /** Serves the web console. */
    readonly console?: LocalOptions["console"];
  } = {},
): Promise<TestInstallation> {
  const decisions: DecisionLine[] = [];
  const account = options.accountId ?? "100000000000";
  const key = {
    accessKeyId: "AKIAPORTCULLISROOT01",
    secretAccessKey: "a-root-secret-for-tests-only",
  };
  const local = await startLocal(
    {
      port: 0,
      apiPort: 0,
      restPort: 0,
      dataDirectory: options.dataDirectory ?? ":memory:",
      dynamodbEndpoint: options.dynamodbEndpoint,
      accountId: account,
      rootKey: key,
      rootEmail: "root@localhost",
      rootPassword: "the root password of the tests, 1",
      ...(options.apiPolicy ? { apiPolicy: true } : {}),
      ...(options.observe ? { observe: options.observe } : {}),
    },
    ordersLocal,
    {
      log: (line) => decisions.push(line),
      ...(options.memberRate === undefined ? {} : { memberRate: options.memberRate }),
      ...(options.console && { console: options.console }),
    },
  );
  const common = (credentials: TestCredentials) => ({
    endpoint: local.controlUrl,
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  });
  const clients: { destroy(): void }[] = [];
  const made = <C extends SdkClient>(client: C): C => {
    clients.push(client);
    client.middlewareStack.add(withoutDate, { step: "deserialize", priority: "low" });
    return client;
  };
  const iamAs = (credentials: TestCredentials) => made(new IAMClient(common(credentials)));
  const stsAs = (credentials: TestCredentials) => made(new STSClient(common(credentials)));
  const organizationsAs = (credentials: TestCredentials) =>
    made(new OrganizationsClient(common(credentials)));
  const analyzerAs = (credentials: TestCredentials) =>
    made(new AccessAnalyzerClient(common(credentials)));
  return {
    local,
    account,
    root: key,
    iam: iamAs(key),
    sts: stsAs(key),
    organizations: organizationsAs(key),
    analyzer: analyzerAs(key),
    iamAs,
    stsAs,
    organizationsAs,
    analyzerAs,
    call: (credentials, method, path, callOptions = {}) =>
      call(callOptions.url ?? local.apiUrl, credentials, method, path, callOptions),
    decisions,
    async stop() {
      for (const client of clients) client.destroy();
      await local.stop();
    },
  };
}

/**
 * `AKIA...` and secret from what CreateAccessKey answered, or temporary ones from what STS
 * answered.
 */
export function credentialsOf(
  answer:
    | {
        readonly AccessKeyId?: string | undefined;
        readonly SecretAccessKey?: string | undefined;
        readonly SessionToken?: string | undefined;
      }
    | undefined,
): TestCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined)
    throw new Error("the answer holds no credentials");
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
  };
}

/** Sign for `execute-api` and send, the path exactly as given. */
export async function call(
  base: string,
  credentials: TestCredentials | undefined,
  method: string,
  target: string,
  options: CallOptions = {},
): Promise<ApiAnswer> {
  const { host, hostname, port } = new URL(base);
  const [path = "/", rawQuery = ""] = target.split(/\?(.*)/s);
  const unsigned = {
    host,
    ...options.headers,
    ...(options.body === undefined
      ? {}
      : { "content-length": String(Buffer.byteLength(options.body)) }),
  };
  const headers = credentials === undefined ? unsigned : await signed();

  async function signed() {
    const signer = new SignatureV4({
      service: "execute-api",
      region: "us-east-1",
      credentials: credentials as TestCredentials,
      sha256: Sha256,
    });
    const query = Object.fromEntries(new URLSearchParams(rawQuery));
    const request = {
      method,
      protocol: "http:",
      hostname,
      port: Number(port),
      path,
      query,
      headers: unsigned,
      ...(options.body === undefined ? {} : { body: options.body }),
    };
    const result = await signer.sign(
      request,
      options.signingDate ? { signingDate: options.signingDate } : {},
    );
    return result.headers;
  }

  return send(base, method, target, headers, options.body);
}

/** Send a request as it is. */
export function send(
  base: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string | string[]>> | readonly string[],
  body?: string,
): Promise<ApiAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        hostname,
        port,
        method,
        path: target,
        headers: headers as Record<string, string>,
        agent: false,
        setHost: false,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => {
          const json = response.headers["content-type"]?.includes("json") && text !== "";
          resolve({
            status: response.statusCode ?? 0,
            body: json ? JSON.parse(text) : text,
            headers: response.headers,
          });
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** What the SDK's signer wants of a hash. */
export class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash("sha256")
        : createHmac("sha256", typeof secret === "string" ? secret : bytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === "string" ? data : bytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

const bytes = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
