import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Reader, Store } from "@portcullis/iam/store";
import { dynamoStore, slimStoreCalls, storeOver } from "@portcullis/store";
import { dynamoReader } from "@portcullis/store/reader";
import { slimReader } from "@portcullis/store/slim-reader";
import { build } from "esbuild";
import { CREDENTIALS, type TestTable, testTable } from "../support/engine.ts";
import { memoryKeyRing } from "../support/memory-key-ring.ts";
import { digits, median, spread } from "./policy-statistics.ts";

const COLD_RUNS = 11;
const WARM_CALLS = 400;
const KEYS = [
  { account: "100000000000", partition: "key/AKIA1", sort: "record" },
  { account: "100000000000", partition: "account", sort: "0" },
];

// What a function does with each reader, from loading its bundle on.
const READERS = {
  "AWS SDK": `
    import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
    import { dynamoReader } from "@portcullis/store/reader";
    export const make = (endpoint, tableName, credentials) =>
      dynamoReader({ client: new DynamoDBClient({ endpoint, region: "us-east-1", credentials }), tableName });`,
  slim: `
    import { slimReader } from "@portcullis/store/slim-reader";
    export const make = (endpoint, tableName, credentials) =>
      slimReader({ endpoint, region: "us-east-1", tableName, credentials: () => credentials });`,
};

/** Reads of the two records that a warm decision needs, cold and warm; writes; sealing. */
export async function run(): Promise<void> {
  const table = await testTable();
  const folder = mkdtempSync(join(fileURLToPath(new URL(".", import.meta.url)), ".store-"));
  try {
    const store = dynamoStore({ client: table.client(), tableName: table.tableName });
    await store.transact(
      KEYS.map((key) => ({ kind: "put", key, data: { text: "x".repeat(1_000) }, expect: "any" })),
    );
    console.log("store: one read of two records of 1 KB, engine on loopback");
    await cold(table, folder);
    await warm(table);
    sealing();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await table.stop();
  }
}

async function cold(table: TestTable, folder: string): Promise<void> {
  const bundles = new Map<string, string>();
  for (const [name, contents] of Object.entries(READERS)) {
    const outfile = join(folder, `${name.replace(" ", "-")}.mjs`);
    const banner = {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    };
    await build({
      stdin: { contents, resolveDir: folder, loader: "js" },
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      target: "node24",
      mainFields: ["module", "main"],
      banner,
      outfile,
    });
    bundles.set(name, outfile);
  }
  const program = join(folder, "cold.mjs");
  writeFileSync(program, COLD_PROGRAM);
  const times = new Map<string, { load: number[]; first: number[]; second: number[] }>();
  for (let round = 0; round < COLD_RUNS; round++) {
    for (const [name, bundle] of bundles) {
      const arguments_ = [
        program,
        bundle,
        table.endpoint,
        table.tableName,
        JSON.stringify(CREDENTIALS),
        JSON.stringify(KEYS),
      ];
      const seen: { load: number; first: number; second: number } = JSON.parse(
        execFileSync(process.execPath, arguments_, { encoding: "utf8" }),
      );
      const { load, first, second } = times.get(name) ?? { load: [], first: [], second: [] };
      times.set(name, {
        load: [...load, seen.load],
        first: [...first, seen.first],
        second: [...second, seen.second],
      });
    }
  }
  for (const [name, { load, first, second }] of times) {
    const bytes = readFileSync(bundles.get(name) ?? "");
    const size = `${digits(bytes.length / 1024)} KB, ${digits(gzipSync(bytes).length / 1024)} gzipped`;
    console.log(
      `  cold, ${name.padEnd(8)} load ${figure(load)}, first ${figure(first)}, second ${figure(second)}; ${size}`,
    );
  }
}

const COLD_PROGRAM = `
const [bundle, endpoint, tableName, credentials, keys] = process.argv.slice(2);
const start = performance.now();
const { make } = await import(bundle);
const reader = make(endpoint, tableName, JSON.parse(credentials));
const loaded = performance.now();
await reader.get(JSON.parse(keys));
const first = performance.now();
await reader.get(JSON.parse(keys));
console.log(JSON.stringify({ load: loaded - start, first: first - loaded, second: performance.now() - first }));
process.exit(0);
`;

async function warm(table: TestTable): Promise<void> {
  const { endpoint, tableName } = table;
  const readers: Readonly<Record<string, Reader>> = {
    "AWS SDK": dynamoReader({ client: table.client(), tableName }),
    slim: slimReader({ endpoint, region: "us-east-1", tableName, credentials: () => CREDENTIALS }),
  };
  for (const [name, reader] of Object.entries(readers)) {
    console.log(
      `  warm, ${name.padEnd(8)} get ${await timed(() => reader.get(KEYS))}, snapshot ${await timed(() => reader.snapshot(KEYS))}`,
    );
  }
  const calls = slimStoreCalls({ endpoint, region: "us-east-1", credentials: () => CREDENTIALS });
  const stores: Readonly<Record<string, Store>> = {
    "AWS SDK": dynamoStore({ client: table.client(), tableName }),
    slim: storeOver(calls, { tableName }),
  };
  let sort = 0;
  const writing = (store: Store, writes: number) =>
    timed(() =>
      store.transact(
        Array.from({ length: writes }, () => ({
          kind: "put",
          key: { account: "100000000000", partition: "bench", sort: String(++sort) },
          data: { text: "x".repeat(1_000) },
          expect: "absent",
        })),
      ),
    );
  const page = { account: "100000000000", partition: "bench", limit: 50 };
  for (const [name, store] of Object.entries(stores)) {
    console.log(
      `  warm, ${name.padEnd(8)} transactions of 1 ${await writing(store, 1)}, of 4 ${await writing(store, 4)}`,
    );
    console.log(
      `  warm, ${name.padEnd(8)} query of 50 records ${await timed(() => store.query(page))}`,
    );
  }
}

function sealing(): void {
  const ring = memoryKeyRing();
  const token = Buffer.from("x".repeat(1_000));
  const sealed = ring.seal(token, "bound");
  const cases = {
    seal: () => ring.seal(token, "bound"),
    open: () => ring.open(sealed, "bound"),
    derive: () => ring.derive("session"),
  };
  const figures = Object.entries(cases).map(([name, call]) => {
    const rounds = Array.from({ length: 30 }, () => {
      const start = performance.now();
      for (let index = 0; index < 500; index++) call();
      return ((performance.now() - start) / 500) * 1_000;
    }).slice(10);
    return `${name} ${digits(median(rounds))} µs`;
  });
  console.log(`  1 KB: ${figures.join(", ")}`);
}

async function timed(call: () => Promise<unknown>): Promise<string> {
  for (let index = 0; index < 50; index++) await call();
  const times: number[] = [];
  for (let index = 0; index < WARM_CALLS; index++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return figure(times);
}

function figure(times: readonly number[]): string {
  const [low, high] = spread(times);
  return `${digits(median(times))} ms (${digits(low)} to ${digits(high)})`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
