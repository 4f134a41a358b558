import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SignatureV4 } from "@smithy/signature-v4";
import {
  Sha256,
  startInstallation,
  type TestCredentials,
  type TestInstallation,
} from "../support/harness.ts";
import { ADMINISTRATOR, addUser, openOrganization } from "../support/tenant.ts";
import type { Load, Outcome, Repeated } from "./neighbours-caller.ts";
import { digits, median, spread } from "./policy-statistics.ts";

const ROUNDS = 3;
const SECONDS = 4;
const QUIET_PER_SECOND = 50;
const FLOODS = [250, 1000];
/**
 * As by default, but for what may come at once after a rest: that would be over after some seconds
 * of flood.
 */
const MEMBER_RATE = { perSecond: 50, burst: 50 };

/**
 * What a member account waits while another floods the control API: its p99 with and without, in
 * turn and in one run. Server, engine, the quiet caller and the flood are processes of their own,
 * and share this machine's cores.
 */
export async function run(): Promise<void> {
  const installation = await startInstallation({ memberRate: MEMBER_RATE });
  const callers = { quiet: startCaller(), loud: startCaller() };
  try {
    const { open } = await openOrganization(installation);
    const quiet = await member(installation, (await open("quiet")).admin);
    const loud = await member(installation, (await open("loud")).admin);
    const measured: Load = { requests: quiet, perSecond: QUIET_PER_SECOND, seconds: SECONDS };
    await callers.quiet.run({ ...measured, seconds: 5 });
    await costs(callers.loud, loud);
    for (const perSecond of FLOODS) {
      const alone: number[] = [];
      const beside: number[] = [];
      const refused: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        alone.push(p99(await callers.quiet.run(measured)));
        const flood = callers.loud.run({ requests: loud, perSecond, seconds: SECONDS + 2 });
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        beside.push(p99(await callers.quiet.run(measured)));
        refused.push(shareRefused(await flood));
      }
      console.log(
        `neighbours: flood of ${perSecond}/s, of which ${digits(100 * median(refused))} % refused: quiet p99 ${figure(alone)} alone, ${figure(beside)} beside it, ratio ${digits(median(beside) / median(alone))}`,
      );
    }
  } finally {
    callers.quiet.stop();
    callers.loud.stop();
    await installation.stop();
  }
}

/**
 * What a call costs this process, which serves: of those that are answered, and of those beyond the
 * rate.
 */
async function costs(
  caller: ReturnType<typeof startCaller>,
  requests: readonly Repeated[],
): Promise<void> {
  const each = async (load: Load) => {
    const before = process.cpuUsage();
    const outcome = await caller.run(load);
    const { user, system } = process.cpuUsage(before);
    return {
      microseconds: (user + system) / outcome.latencies.length,
      refused: shareRefused(outcome),
    };
  };
  const answered = await each({ requests, perSecond: 40, seconds: 5 });
  const beyond = await each({ requests, perSecond: 800, seconds: 5 });
  console.log(
    `neighbours: a call costs ${digits(answered.microseconds)} µs of processor (${digits(100 * answered.refused)} % refused); in a flood ${digits(beyond.microseconds)} µs (${digits(100 * beyond.refused)} % refused)`,
  );
}

/** A user of the account, and a request of it. */
async function member(
  installation: TestInstallation,
  admin: TestCredentials,
): Promise<readonly Repeated[]> {
  const user = await addUser(installation.iamAs(admin), "caller", [ADMINISTRATOR]);
  const { controlUrl } = installation.local;
  return [await signed(controlUrl, user, "iam", "Action=ListUsers&Version=2010-05-08")];
}

async function signed(
  url: string,
  credentials: TestCredentials,
  service: string,
  body: string,
): Promise<Repeated> {
  const { host, hostname, port } = new URL(url);
  const signer = new SignatureV4({ service, region: "us-east-1", credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    method: "POST",
    protocol: "http:",
    hostname,
    port: Number(port),
    path: "/",
    query: {},
    headers: { host, "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  return {
    url,
    method: "POST",
    headers: { ...headers, "content-length": String(body.length) },
    body,
  };
}

function startCaller() {
  const child: ChildProcess = fork(join(import.meta.dirname, "neighbours-caller.ts"));
  return {
    run(load: Load): Promise<Outcome> {
      return new Promise((resolve) => {
        child.once("message", (outcome: Outcome) => resolve(outcome));
        child.send(load);
      });
    },
    stop: () => void child.kill(),
  };
}

const p99 = ({ latencies }: Outcome): number =>
  latencies.toSorted((one, other) => one - other)[Math.floor(latencies.length * 0.99)] ?? 0;

function shareRefused({ statuses }: Outcome): number {
  const total = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  return 1 - (statuses["200"] ?? 0) / total;
}

function figure(times: readonly number[]): string {
  const [low, high] = spread(times);
  return `${digits(median(times))} ms (${digits(low)} to ${digits(high)})`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
