import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Engine, findBinary, LocalError, startEngine } from "@portcullis/local/engine";
import { createTable, dynamoStore } from "@portcullis/store";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { unguessableLoopback } from "../../../packages/local/src/engine/loopback.ts";

const folder = mkdtempSync(join(tmpdir(), "portcullis-engine-"));
const engines: Engine[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function started(options: Parameters<typeof startEngine>[0]): Promise<Engine> {
  const engine = await startEngine(options);
  engines.push(engine);
  return engine;
}

function storeOf(endpoint: string) {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  return { client, store: dynamoStore({ client, tableName: "records" }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(what: string, condition: () => boolean, milliseconds = 5_000): Promise<void> {
  const giveUpAt = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error(`still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * A program of its own that does `work` with an engine and then waits; what it prints is given back
 * line by line.
 */
function otherProcess(work: string): { readonly child: ChildProcess; line(): Promise<string> } {
  const engine = JSON.stringify(fileURLToPath(import.meta.resolve("@portcullis/local/engine")));
  const store = JSON.stringify(fileURLToPath(import.meta.resolve("@portcullis/store")));
  const program = `
    import { startEngine, lockDataDirectory } from ${engine};
    import { createTable, dynamoStore } from ${store};
    import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    ${work}
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return {
    child,
    async line() {
      await until("a line of the other process", () => text.includes("\n"), 15_000);
      const [first = "", ...rest] = text.split("\n");
      text = rest.join("\n");
      return first;
    },
  };
}

describe("the engine", () => {
  test("in memory starts, serves, forgets, and ends when it is stopped", async () => {
    const engine = await started({ dataFile: ":memory:" });
    const { client, store } = storeOf(engine.endpoint);
    await createTable(client, "records");
    await store.transact([
      { kind: "put", key: { account: "a", partition: "p", sort: "s" }, data: 1, expect: "absent" },
    ]);
    expect(isAlive(engine.pid)).toBe(true);
    await engine.stop();
    expect(isAlive(engine.pid)).toBe(false);
    await engine.stop();
  });

  test("several at once have ports of their own", async () => {
    const several = await Promise.all(
      Array.from({ length: 4 }, () => started({ dataFile: ":memory:" })),
    );
    expect(new Set(several.map((engine) => engine.endpoint)).size).toBe(4);
  });

  test("in a file keeps what it was told, over a stop and a kill", async () => {
    const dataFile = join(folder, "kept.sqlite");
    const key = { account: "a", partition: "p", sort: "s" };
    let deaths = 0;
    for (const [round, end] of ["stop", "kill", "none"].entries()) {
      const engine = await started({ dataFile, onDeath: () => deaths++ });
      const { client, store } = storeOf(engine.endpoint);
      await createTable(client, "records");
      expect((await store.get([key]))[0]?.data).toBe(round === 0 ? undefined : round - 1);
      await store.transact([{ kind: "put", key, data: round, expect: "any" }]);
      if (end === "kill") {
        process.kill(engine.pid, "SIGKILL");
        await until("its death was told", () => deaths === 1);
      } else await engine.stop();
    }
    expect(deaths).toBe(1);
  });

  test("that dies is reported, once and in a sentence", async () => {
    const deaths: LocalError[] = [];
    const engine = await started({ dataFile: ":memory:", onDeath: (error) => deaths.push(error) });
    process.kill(engine.pid, "SIGKILL");
    await until("its death was told", () => deaths.length > 0);
    expect(deaths).toHaveLength(1);
    expect(deaths[0]).toBeInstanceOf(LocalError);
    expect(deaths[0]?.message).toMatch(
      /^The embedded DynamoDB engine ended unexpectedly \(.*\)\.$/,
    );
  });

  test("does not live on without its watchdog", async () => {
    const deaths: LocalError[] = [];
    const engine = await started({ dataFile: ":memory:", onDeath: (error) => deaths.push(error) });
    const watchdog = Number(
      spawnSync("ps", ["-o", "ppid=", "-p", String(engine.pid)], { encoding: "utf8" }).stdout,
    );
    expect(watchdog).toBeGreaterThan(1);
    process.kill(watchdog, "SIGKILL");
    await until("its death was told", () => deaths.length > 0);
    await until("the engine has ended", () => !isAlive(engine.pid));
  });

  test("that is stopped is not reported", async () => {
    const deaths: LocalError[] = [];
    const engine = await started({ dataFile: ":memory:", onDeath: (error) => deaths.push(error) });
    await engine.stop();
    expect(deaths).toEqual([]);
  });

  test("survives Ctrl-C's signal to the whole group, so that who started it decides", async () => {
    const { child, line } = otherProcess(`
      process.on("SIGINT", () => console.log("interrupted"));
      const engine = await startEngine({ dataFile: ":memory:" });
      console.log(engine.pid);`);
    const pid = Number(await line());
    child.kill("SIGINT");
    expect(await line()).toBe("interrupted");
    expect(isAlive(pid)).toBe(true);
  });

  test.each(["SIGKILL", "SIGTERM"] as const)(
    "ends when who started it is ended by %s",
    async (signal) => {
      const { child, line } = otherProcess(`
      const engine = await startEngine({ dataFile: ":memory:" });
      console.log(engine.pid);`);
      const pid = Number(await line());
      expect(isAlive(pid)).toBe(true);
      child.kill(signal);
      await until("the engine has ended", () => !isAlive(pid));
    },
  );

  test("keeps every write that was acknowledged, whenever it is killed", async () => {
    const dataFile = join(folder, "crash.sqlite");
    for (let round = 0; round < 3; round++) {
      const { child, line } = otherProcess(`
        const engine = await startEngine({ dataFile: ${JSON.stringify(dataFile)} });
        const client = new DynamoDBClient({ endpoint: engine.endpoint, region: "us-east-1", credentials });
        await createTable(client, "records");
        const store = dynamoStore({ client, tableName: "records" });
        console.log(engine.pid);
        for (let index = 0; ; index++) {
          const sort = String(index).padStart(6, "0");
          await store.transact([
            { kind: "put", key: { account: "a", partition: "round-${round}", sort }, data: index, expect: "absent" },
            { kind: "count", key: { account: "a", partition: "count-${round}", sort: "c" }, counter: "made", by: 1 },
          ]);
          console.log(index);
        }`);
      const pid = Number(await line());
      let acknowledged = -1;
      while (acknowledged < 20 + round * 7) acknowledged = Number(await line());
      // Both at once, as when a machine stops.
      process.kill(pid, "SIGKILL");
      child.kill("SIGKILL");
      await until("the engine has ended", () => !isAlive(pid));

      const engine = await started({ dataFile });
      const { store } = storeOf(engine.endpoint);
      const { records } = await store.query({
        account: "a",
        partition: `round-${round}`,
        limit: 10_000,
      });
      expect(records.map((record) => record.data)).toEqual(records.map((_, index) => index));
      expect(records.length).toBeGreaterThan(acknowledged);
      // All of a transaction, or none of it.
      expect(
        await store.counters({ account: "a", partition: `count-${round}`, sort: "c" }),
      ).toEqual({
        made: records.length,
      });
      await engine.stop();
    }
  });

  test("tries another port when somebody takes the one it was to have", async () => {
    // An engine that finds its port taken the first time, as the real one reports it.
    const mark = join(folder, "second-time");
    const fake = join(folder, "fake-engine");
    writeFileSync(
      fake,
      `#!/bin/sh\nif [ ! -e ${mark} ]; then touch ${mark}; echo "Error: Address already in use (os error 98)" >&2; exit 1; fi\nexec ${findBinary()} "$@"\n`,
    );
    chmodSync(fake, 0o755);
    const engine = await started({ dataFile: ":memory:", binary: fake });
    expect(isAlive(engine.pid)).toBe(true);
  });

  test("says in one sentence why it does not start", async () => {
    const fake = join(folder, "broken-engine");
    writeFileSync(fake, "#!/bin/sh\necho 'Error: unable to open database file: /x' >&2\nexit 1\n");
    chmodSync(fake, 0o755);
    const outcome = startEngine({ dataFile: ":memory:", binary: fake });
    await expect(outcome).rejects.toBeInstanceOf(LocalError);
    await expect(outcome).rejects.toThrow(
      `The embedded DynamoDB engine (${fake}) did not start: Error: unable to open database file: /x.`,
    );
    const absent = startEngine({ dataFile: ":memory:", binary: join(folder, "absent") });
    await expect(absent).rejects.toThrow(
      /^The embedded DynamoDB engine \(.*absent\) did not start: spawn .*absent ENOENT\.$/,
    );
    const nowhere = startEngine({ dataFile: join(folder, "no such folder", "x.sqlite") });
    await expect(nowhere).rejects.toBeInstanceOf(LocalError);
  });

  test("listens on a loopback address that can't be guessed", async () => {
    const engines = [
      await started({ dataFile: ":memory:" }),
      await started({ dataFile: ":memory:" }),
    ];
    const hosts = engines.map(({ endpoint }) => new URL(endpoint).hostname);
    if (process.platform === "darwin") return expect(hosts).toEqual(["127.0.0.1", "127.0.0.1"]);
    for (const host of hosts) expect(host).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect(new Set([...hosts, "127.0.0.1"]).size).toBe(3);
    // Nothing listens on the same port of the address that everybody tries first.
    const { port } = new URL(engines[0]?.endpoint ?? "");
    const server = createServer();
    await new Promise<void>((resolve, reject) =>
      server.once("error", reject).listen(Number(port), "127.0.0.1", resolve),
    );
    await new Promise((resolve) => server.close(resolve));
  });

  test("takes 127.0.0.1 where the system has no other loopback address", async () => {
    expect(await unguessableLoopback("darwin")).toBe("127.0.0.1");
  });
});

describe("the engine's program", () => {
  const system = { platform: process.platform, architecture: process.arch, environment: {} };

  test("is the one of this platform's package", () => {
    expect(findBinary(system)).toMatch(/@dynoxide\/[a-z0-9]+-[a-z0-9]+\/dynoxide(\.exe)?$/);
  });

  test("is the one that DYNOXIDE_BIN names, before any other", () => {
    const DYNOXIDE_BIN = join(folder, "mine");
    expect(() => findBinary({ ...system, environment: { DYNOXIDE_BIN } })).toThrow(
      `DYNOXIDE_BIN names ${DYNOXIDE_BIN}, which is not there.`,
    );
    writeFileSync(DYNOXIDE_BIN, "");
    expect(findBinary({ ...system, environment: { DYNOXIDE_BIN } })).toBe(DYNOXIDE_BIN);
  });

  test("is looked for on the PATH where no package has it", () => {
    const other = { platform: "sunos", architecture: "ppc64" };
    writeFileSync(join(folder, "dynoxide"), "");
    const environment = { PATH: `/nowhere::${folder}` };
    expect(findBinary({ ...other, environment })).toBe(join(folder, "dynoxide"));
    const absent = () => findBinary({ ...other, environment: { PATH: "/nowhere" } });
    expect(absent).toThrow(LocalError);
    expect(absent).toThrow(
      /^There is no embedded DynamoDB engine \(dynoxide\) for sunos-ppc64 here: set DYNAMODB_ENDPOINT [^.]*\.$/,
    );
  });
});
