import { type ChildProcess, spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { resolve } from "node:path";
import { ROOT } from "../support/own-authorizer.ts";
import { signHeader } from "../support/wire-signer.ts";
import { quantile } from "./spread.ts";

export interface Load {
  /**
   * Milliseconds from when a request was due until its answer had come: a request that had to wait
   * counts its wait.
   */
  readonly latencies: readonly number[];
  readonly seconds: number;
  /** Answers that were no 200. */
  readonly refused: number;
}

/** V8 compiles for some seconds while it is under load, on the cores that serve the requests. */
const WARMING_SECONDS = 12;

/**
 * So many requests a second to the running installation, gateway, authorizer, engine and function
 * behind on this machine.
 */
export async function sustained(perSecond: number, seconds: number): Promise<Load> {
  const server = await serve();
  try {
    await fire(server.url, perSecond, WARMING_SECONDS);
    return await fire(server.url, perSecond, seconds);
  } finally {
    server.process.kill("SIGTERM");
  }
}

export async function report(): Promise<void> {
  for (const perSecond of [500, 1_000, 2_000]) {
    const { latencies, seconds, refused } = await sustained(perSecond, 10);
    const part = (of: number) => quantile(latencies, of).toFixed(1);
    console.log(
      `  ${`${perSecond} requests/s for ${seconds.toFixed(1)} s`.padEnd(35)}p50 ${part(0.5)} ms, p95 ${part(0.95)}, p99 ${part(0.99)} (n=${latencies.length}, ${refused} not 200)`,
    );
  }
}

async function fire(url: string, perSecond: number, seconds: number): Promise<Load> {
  const { host, hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const count = perSecond * seconds;
  const latencies: number[] = [];
  let refused = 0;
  const started = performance.now();
  const send = (due: number) =>
    new Promise<void>((done, reject) => {
      const { method, target, headers } = signHeader(host, ROOT, { path: "/whoami" });
      request({ hostname, port, method, path: target, headers, agent }, (response) => {
        if (response.statusCode !== 200) refused++;
        response.resume().on("end", () => {
          latencies.push(performance.now() - started - due);
          done();
        });
      })
        .on("error", reject)
        .end();
    });
  const sent: Promise<void>[] = [];
  while (sent.length < count) {
    const due = (1000 * sent.length) / perSecond;
    const wait = due - (performance.now() - started);
    if (wait > 1) await new Promise((resume) => setTimeout(resume, wait));
    sent.push(send(due));
  }
  await Promise.all(sent);
  agent.destroy();
  return { latencies, seconds: (performance.now() - started) / 1000, refused };
}

async function serve(): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const main = resolve(import.meta.dirname, "../../packages/local/src/main.ts");
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      PORT: "0",
      PORTCULLIS_API_PORT: "0",
      PORTCULLIS_REST_PORT: "0",
      PORTCULLIS_DATA_DIR: ":memory:",
      PORTCULLIS_ROOT_ACCESS_KEY_ID: ROOT.accessKeyId,
      PORTCULLIS_ROOT_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((ready, reject) => {
    let said = "";
    const read = (part: Buffer) => {
      said += part.toString();
      const found = /protected API\s+(http\S+)/.exec(said)?.[1];
      if (!said.includes("Ctrl-C") || found === undefined) return;
      // From now on its log is let go by.
      child.stdout?.off("data", read).resume();
      ready(found);
    };
    child.stdout?.on("data", read);
    child.once("exit", (code) => reject(new Error(`the installation ended with ${code}: ${said}`)));
  });
  return { url, process: child };
}
