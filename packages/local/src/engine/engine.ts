import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { findBinary } from "./binary.ts";
import { LocalError } from "./local-error.ts";
import { freePort, unguessableLoopback } from "./loopback.ts";

export interface EngineOptions {
  /** The SQLite file, in a folder that exists; `:memory:` keeps nothing. */
  readonly dataFile: string;
  /** Called once if the engine ends without having been stopped. */
  readonly onDeath?: (error: LocalError) => void;
  readonly binary?: string;
}

export interface Engine {
  /** The URL of the guard in front of the engine, on a loopback address that can't be guessed. */
  readonly endpoint: string;
  /**
   * The engine's own URL, for the process that started it. Nothing else may learn it: what it
   * is told to, the engine does for everyone.
   */
  readonly ownEndpoint: string;
  /** The engine's own process. */
  readonly pid: number;
  /** Resolves when the engine has ended. */
  stop(): Promise<void>;
}

type Watchdog = ChildProcessByStdio<Writable, Readable, Readable>;

const READY = "Dynoxide listening on";
const START_MILLISECONDS = 15_000;
const PORTS_TRIED = 5;

/**
 * Starts the embedded DynamoDB engine. It ends with this process, however that ends.
 * @throws {LocalError} if there is no engine for this platform, or it does not start
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const binary = options.binary ?? findBinary();
  for (let attempt = 1; ; attempt++) {
    const [guardHost, host] = [await unguessableLoopback(), await unguessableLoopback()];
    const address = { guardHost, host, port: await freePort(host) };
    const started = await start(binary, address, options);
    if (!("failure" in started)) return started;
    // Another process took the port in the meantime.
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
  address: { readonly guardHost: string; readonly host: string; readonly port: number },
  options: EngineOptions,
): Promise<Engine | { readonly failure: string }> {
  const { guardHost, host, port } = address;
  const watchdog = spawnWatchdog([
    ...[guardHost, host, String(port), binary],
    ...["--host", host, "--port", String(port)],
    ...(options.dataFile === ":memory:" ? [] : ["--db-path", options.dataFile]),
  ]);
  // "exit", not "close": the engine holds the watchdog's output open as well.
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
  const { pid, guardPort } = readiness;
  let stopping = false;
  void ended.then((code) => {
    if (stopping) return;
    // The watchdog itself may have been killed; the engine must not go on writing to the file.
    killQuietly(pid);
    options.onDeath?.(
      new LocalError(`The embedded DynamoDB engine ended unexpectedly (code ${code}).`),
    );
  });
  return {
    endpoint: `http://${guardHost}:${guardPort}`,
    ownEndpoint: `http://${host}:${port}`,
    pid,
    async stop() {
      stopping = true;
      watchdog.stdin.destroy();
      await ended;
    },
  };
}

function spawnWatchdog(args: readonly string[]): Watchdog {
  const script = fileURLToPath(new URL("watchdog.mjs", import.meta.url));
  const watchdog = spawn(process.execPath, [script, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    // A process group of its own: neither Ctrl-C nor a signal to our whole group may end it before
    // it has ended the engine.
    detached: true,
    windowsHide: true,
    // Options of this process (inspect, loaders, coverage) are not meant for the watchdog.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  watchdog.stdin.on("error", () => {});
  return watchdog;
}

interface Ready {
  readonly pid: number;
  readonly guardPort: number;
}

interface NotReady {
  readonly failure: string;
  readonly pid?: number | undefined;
}

/** Reads the watchdog's output until the engine is ready or has failed; later output is dropped. */
function untilReady(watchdog: Watchdog): Promise<Ready | NotReady> {
  return new Promise((resolve) => {
    let errors = "";
    let output = "";
    const fail = (reason: string) => {
      clearTimeout(timer);
      const failure = errors.trim().replaceAll(/\s+/g, " ").replace(/\.$/, "") || reason;
      resolve({ failure, pid: idsIn(output)?.pid });
    };
    const timer = setTimeout(
      () => fail(`it was not ready within ${START_MILLISECONDS / 1000} seconds`),
      START_MILLISECONDS,
    );
    const check = () => {
      const ids = idsIn(output);
      if (ids === undefined || !errors.includes(READY)) return;
      clearTimeout(timer);
      resolve(ids);
    };
    watchdog.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      check();
    });
    watchdog.stderr.on("data", (chunk: Buffer) => {
      if (errors.length < 10_000) errors += chunk.toString();
      check();
    });
    watchdog.once("error", (error) => fail(error.message));
    watchdog.once("close", (code) => fail(`it ended with code ${code}`));
  });
}

function idsIn(output: string): Ready | undefined {
  const [, pid, port] = /^(\d+) (\d+)\n/.exec(output) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), guardPort: Number(port) };
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
