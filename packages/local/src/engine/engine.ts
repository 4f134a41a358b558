import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { findBinary } from "./binary.ts";
import { freePort } from "./free-port.ts";
import { LocalError } from "./local-error.ts";

export interface EngineOptions {
  /** The SQLite file, in a folder that exists; `:memory:` keeps nothing. */
  readonly dataFile: string;
  /** Called once if the engine ends without having been stopped. */
  readonly onDeath?: (error: LocalError) => void;
  readonly binary?: string;
}

export interface Engine {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** The engine's own process. */
  readonly pid: number;
  /** Ends it, and resolves when it has ended. */
  stop(): Promise<void>;
}

type Watchdog = ChildProcessByStdio<Writable, Readable, Readable>;

const READY = "Dynoxide listening on";
const START_MILLISECONDS = 15_000;
const PORTS_TRIED = 5;

/**
 * Starts the embedded DynamoDB engine on a port of its own. It ends with this process, however that ends.
 * @throws {LocalError} when there is no engine for this platform, or it does not start
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const binary = options.binary ?? findBinary();
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const started = await start(binary, port, options);
    if (!("failure" in started)) return started;
    // Somebody took the port in the meantime.
    const again =
      /already in use|AddrInUse|os error (48|98|10048)/i.test(started.failure) &&
      attempt < PORTS_TRIED;
    if (!again)
      throw new LocalError(
        `The embedded DynamoDB engine (${binary}) did not start: ${started.failure}.`,
      );
  }
}

async function start(
  binary: string,
  port: number,
  options: EngineOptions,
): Promise<Engine | { readonly failure: string }> {
  const watchdog = spawnWatchdog(binary, [
    ...["--host", "127.0.0.1", "--port", String(port)],
    ...(options.dataFile === ":memory:" ? [] : ["--db-path", options.dataFile]),
  ]);
  // Its end, and not that of its output, which the engine holds open as well.
  const ended = new Promise<number | null>((resolve) =>
    watchdog.once("exit", (code) => resolve(code)),
  );
  const readiness = await untilReady(watchdog);
  if ("failure" in readiness) {
    watchdog.stdin.destroy();
    watchdog.kill("SIGKILL");
    if (readiness.pid !== undefined) killQuietly(readiness.pid);
    return readiness;
  }
  const { pid } = readiness;
  let stopping = false;
  void ended.then((code) => {
    if (stopping) return;
    // The watchdog itself may have been killed: nothing may keep writing to the file.
    killQuietly(pid);
    options.onDeath?.(
      new LocalError(`The embedded DynamoDB engine ended unexpectedly (code ${code}).`),
    );
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid,
    async stop() {
      stopping = true;
      watchdog.stdin.destroy();
      await ended;
    },
  };
}

function spawnWatchdog(binary: string, args: readonly string[]): Watchdog {
  const script = fileURLToPath(new URL("watchdog.mjs", import.meta.url));
  const watchdog = spawn(process.execPath, [script, binary, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own: neither Ctrl-C nor the killing of our whole group may end it before it has ended the engine.
    detached: true,
    windowsHide: true,
    // What this process was told (inspect, loaders, coverage) is not for the watchdog.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  watchdog.stdin.on("error", () => {});
  return watchdog;
}

/** Reads what it says until it is ready, or will not be. Afterwards what it says is read on, and dropped. */
function untilReady(
  watchdog: Watchdog,
): Promise<{ readonly pid: number } | { readonly failure: string; readonly pid?: number }> {
  return new Promise((resolve) => {
    let said = "";
    let pid: number | undefined;
    const fail = (why: string) => {
      clearTimeout(timer);
      resolve({
        failure: said.trim().replaceAll(/\s+/g, " ").replace(/\.$/, "") || why,
        ...(pid !== undefined && { pid }),
      });
    };
    const timer = setTimeout(
      () => fail(`it was not ready within ${START_MILLISECONDS / 1000} seconds`),
      START_MILLISECONDS,
    );
    const look = () => {
      if (pid === undefined || !said.includes(READY)) return;
      clearTimeout(timer);
      resolve({ pid });
    };
    watchdog.stdout.on("data", (chunk: Buffer) => {
      pid ??= Number.parseInt(chunk.toString(), 10);
      look();
    });
    watchdog.stderr.on("data", (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString();
      look();
    });
    watchdog.once("error", (error) => fail(error.message));
    watchdog.once("close", (code) => fail(`it ended with code ${code}`));
  });
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
