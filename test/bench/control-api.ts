import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { IAMClient } from "@aws-sdk/client-iam";
import type { TestCredentials } from "../support/harness.ts";
import { ACCOUNT, ROOT } from "../support/own-authorizer.ts";
import { seedUsers, storeOf } from "../support/seed-users.ts";
import { ADMINISTRATOR, addUser } from "../support/tenant.ts";
import { signHeader } from "../support/wire-signer.ts";
import type { ServerAnswer, ServerRequest } from "./control-api-server.ts";
import { median } from "./policy-statistics.ts";
import { quantile } from "./spread.ts";

const ROUNDS = 12;
const WARM_UP_ROUNDS = 4;
const CALLS = 50;
const USERS = 100;

interface Operation {
  readonly service: "iam" | "sts";
  /** The form of the call, which may be the number of calls before it. */
  readonly body: (number: number) => string;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: {
    service: "sts",
    body: () => "Action=GetCallerIdentity&Version=2011-06-15",
  },
  "ListUsers of 100": {
    service: "iam",
    body: () => `Action=ListUsers&Version=2010-05-08&MaxItems=${USERS}`,
  },
  CreateUser: {
    service: "iam",
    body: (number) => `Action=CreateUser&Version=2010-05-08&UserName=new-${number}`,
  },
};

/**
 * What calls of the control API take, one after another over one connection of loopback, and what
 * processor time they take in the serving process, beside a skeleton of middy and the SDK. The
 * servers are processes of their own and share an engine. They are called in turn, so that whatever
 * else the machine does happens to both. The requests are signed before the clock starts, without
 * an SDK client, so that the server is measured.
 */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-control-api-"));
  const own = await startServer({ kind: "start", what: "own", dataDirectory: folder });
  const skeleton = await startServer({
    kind: "start",
    what: "skeleton",
    endpoint: own.endpoint,
  });
  try {
    const credentials = await prepare(own);
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      const measured = await compare(operation, credentials, [own, skeleton]);
      console.log(`  ${name.padEnd(20)} ${line(measured)}`);
    }
  } finally {
    await skeleton.stop();
    await own.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A hundred users, and the key of one who may do everything. */
async function prepare({ url, endpoint }: Server): Promise<TestCredentials> {
  const { store, close } = storeOf(endpoint);
  await seedUsers(store, { account: ACCOUNT, count: USERS });
  close();
  const iam = new IAMClient({ endpoint: url, region: "us-east-1", credentials: ROOT });
  const credentials = await addUser(iam, "caller", [ADMINISTRATOR]);
  iam.destroy();
  return credentials;
}

interface Measured {
  /** Milliseconds of each call. */
  readonly latencies: number[];
  /** Microseconds of processor time a call, of each round. */
  readonly processor: number[];
}

async function compare(
  { service, body }: Operation,
  credentials: TestCredentials,
  servers: readonly Server[],
): Promise<readonly Measured[]> {
  const measured = servers.map((): Measured => ({ latencies: [], processor: [] }));
  let number = 0;
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const [at, server] of servers.entries()) {
      const before = await server.processorTime();
      const latencies: number[] = [];
      for (let call = 0; call < CALLS; call++)
        latencies.push(await server.call(credentials, service, body(number++)));
      const taken = ((await server.processorTime()) - before) / CALLS;
      if (round < WARM_UP_ROUNDS) continue;
      measured[at]?.latencies.push(...latencies);
      measured[at]?.processor.push(taken);
    }
  }
  return measured;
}

function line([own, skeleton]: readonly (Measured | undefined)[]): string {
  const latency = ({ latencies = [] }: Partial<Measured> = {}) =>
    `p50 ${quantile(latencies, 0.5).toFixed(2)} ms, p95 ${quantile(latencies, 0.95).toFixed(2)}`;
  const processor = ({ processor = [] }: Partial<Measured> = {}) => median(processor) / 1000;
  const ratio = processor(own) / processor(skeleton);
  return `${latency(own)}; processor ${processor(own).toFixed(2)} ms | skeleton ${latency(skeleton)}; processor ${processor(skeleton).toFixed(2)} ms | ratio ${ratio.toFixed(2)}`;
}

interface Server {
  readonly url: string;
  /** Of the engine. */
  readonly endpoint: string;
  /** Milliseconds that a call takes. @throws {Error} if it is not answered 200 */
  call(credentials: TestCredentials, service: string, body: string): Promise<number>;
  /** Microseconds since the process started. */
  processorTime(): Promise<number>;
  stop(): Promise<void>;
}

async function startServer(start: ServerRequest): Promise<Server> {
  const child = fork(join(import.meta.dirname, "control-api-server.ts"), {
    // What it logs is written, and read by nobody.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const started = await asked(child, start);
  if (started.kind !== "started") throw new TypeError("the server did not start");
  const { url, endpoint } = started;
  const { host, hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    url,
    endpoint,
    call(credentials, service, body) {
      const { headers } = signHeader(host, credentials, {
        method: "POST",
        path: "/",
        service,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body,
      });
      const sent = {
        hostname,
        port,
        method: "POST",
        path: "/",
        headers: { ...headers, "content-length": body.length },
        agent,
      };
      return new Promise((resolve, reject) => {
        const begun = performance.now();
        request(sent, (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () => {
            const taken = performance.now() - begun;
            if (response.statusCode === 200) resolve(taken);
            else reject(new Error(`${body}: ${response.statusCode} ${Buffer.concat(parts)}`));
          });
        })
          .on("error", reject)
          .end(body);
      });
    },
    async processorTime() {
      const answer = await asked(child, { kind: "processorTime" });
      return answer.kind === "processorTime" ? answer.microseconds : Number.NaN;
    },
    async stop() {
      agent.destroy();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.send({ kind: "stop" } satisfies ServerRequest);
      await ended;
    },
  };
}

function asked(child: ChildProcess, question: ServerRequest): Promise<ServerAnswer> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`a server ended with ${code}`));
    child.once("exit", failed);
    child.once("message", (answer: ServerAnswer) => {
      child.off("exit", failed);
      resolve(answer);
    });
    child.send(question);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
