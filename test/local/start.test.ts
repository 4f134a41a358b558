import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ordersLocal } from "@portcullis/example-orders";
import { startLocal } from "@portcullis/local";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { LocalError } from "../../packages/local/src/engine/index.ts";
import { readSettings } from "../../packages/local/src/settings.ts";

const root = resolve(import.meta.dirname, "../..");
const main = join(root, "packages/local/src/main.ts");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "portcullis-start-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const ANYWHERE = {
  PORT: "0",
  PORTCULLIS_API_PORT: "0",
  PORTCULLIS_REST_PORT: "0",
  PORTCULLIS_DATA_DIR: ":memory:",
};

type Environment = Readonly<Record<string, string>>;

/** What is told to whoever starts it so. */
async function sentence(environment: Environment): Promise<string> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  try {
    const started = await startLocal(readSettings({ ...ANYWHERE, ...environment }), ordersLocal);
    await started.stop();
  } catch (error) {
    if (error instanceof LocalError) return error.message;
    throw error;
  }
  throw new Error("it started");
}

describe("what cannot start says why in one sentence", () => {
  const faults: readonly (readonly [
    what: string,
    environment: () => Environment,
    output: RegExp,
  ])[] = [
    [
      "a port that is none",
      () => ({ PORT: "http" }),
      /^PORT must be a port from 0 to 65535 .* not `http`\.$/,
    ],
    [
      "an account that is none",
      () => ({ PORTCULLIS_ACCOUNT_ID: "12" }),
      /^PORTCULLIS_ACCOUNT_ID must be 12 digits, not `12`\.$/,
    ],
    [
      "half a root key",
      () => ({ PORTCULLIS_ROOT_ACCESS_KEY_ID: "AKIAPORTCULLISROOT01" }),
      /must be set together, or neither of them\.$/,
    ],
    [
      "no engine at the configured path",
      () => ({ DYNOXIDE_BIN: join(folder, "nowhere") }),
      /^DYNOXIDE_BIN names .*nowhere, which is not there\.$/,
    ],
    [
      "an engine that ends at once",
      () => ({ DYNOXIDE_BIN: "/bin/true" }),
      /did not start: it ended with code 0\.$/,
    ],
    [
      "no engine at the endpoint",
      () => ({ DYNAMODB_ENDPOINT: "http://127.0.0.1:1" }),
      /^The DynamoDB engine at http:\/\/127\.0\.0\.1:1 can't be used: .*ECONNREFUSED.*\.$/,
    ],
    [
      "an endpoint that is no URL",
      () => ({ DYNAMODB_ENDPOINT: "nonsense" }),
      /^The DynamoDB engine at nonsense can't be used: Invalid URL\.$/,
    ],
    [
      "a data directory that cannot be made",
      () => ({ PORTCULLIS_DATA_DIR: join(main, "x") }),
      /^The data directory .* can't be made: .* Set PORTCULLIS_DATA_DIR to another one\.$/,
    ],
  ];
  test.each(faults)("%s", async (_, environment, sentencePattern) => {
    expect(await sentence(environment())).toMatch(sentencePattern);
  });

  test("another management account than the data's", async () => {
    const directory = { PORTCULLIS_DATA_DIR: join(folder, "claimed") };
    const first = await startLocal(readSettings({ ...ANYWHERE, ...directory }), ordersLocal);
    await first.stop();
    expect(await sentence({ ...directory, PORTCULLIS_ACCOUNT_ID: "222222222222" })).toBe(
      "the table holds the installation of the management account 100000000000, and can't hold a second one, of 222222222222.",
    );
  });

  test("an engine that never answers", async () => {
    const silent = createServer();
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    const { port } = silent.address() as { port: number };
    expect(await sentence({ DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` })).toMatch(
      /^The DynamoDB engine at .* can't be used: it did not answer within \d+ seconds\.$/,
    );
    silent.close();
  }, 30_000);

  test("on standard error, with exit code 1", async () => {
    const { code, output } = await start({ PORT: "http" }).ended;
    expect(output).toMatch(/^portcullis: PORT must be [^\n]*\n$/);
    expect(code).toBe(1);
  });
});

describe("what runs", () => {
  test("through npm, ends with code 0 at Ctrl-C", async () => {
    const running = run("npm", ["start"], { PORTCULLIS_DATA_DIR: join(folder, "npm") });
    await running.ready;
    running.process.kill("SIGINT");
    expect((await running.ended).code).toBe(0);
    expect(readdirSync(join(folder, "npm")).filter((name) => name.startsWith("in-use-by"))).toEqual(
      [],
    );
  });

  test("ends with code 0 when its terminal is closed, and its files were for their owner alone", async () => {
    const directory = join(folder, "private");
    const running = start({ PORTCULLIS_DATA_DIR: directory });
    await running.ready;
    const names = readdirSync(directory);
    expect(names).toEqual(
      expect.arrayContaining(["config", "credentials", "dynamodb.sqlite", "master-key"]),
    );
    for (const name of names)
      expect([name, statSync(join(directory, name)).mode & 0o077]).toEqual([name, 0]);
    running.process.kill("SIGHUP");
    const { code, output } = await running.ended;
    expect(output).not.toContain("fault of Portcullis");
    expect(code).toBe(0);
  });
});

interface Run {
  readonly process: ChildProcess;
  /** Everything that it wrote, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
  readonly ready: Promise<void>;
}

const start = (environment: Environment) => run(process.execPath, [main], environment);

function run(command: string, args: readonly string[], environment: Environment): Run {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...ANYWHERE, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = new Promise<{ code: number | null; output: string }>((done) =>
    child.once("close", (code) => done({ code, output })),
  );
  const ready = new Promise<void>((done, reject) => {
    const read = (part: Buffer) => {
      output += part.toString();
      if (output.includes("Stop it with")) done();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void ended.then(() => reject(new Error(`it ended before it was ready: ${output}`)));
  });
  ready.catch(() => {});
  return { process: child, ended, ready };
}
