import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEngine } from "@portcullis/local/engine";
import { type Fault, faultyProxy } from "../support/faulty-proxy.ts";
import { oidcIssuer } from "../support/oidc-issuer.ts";
import { type Product, startProduct } from "./product.ts";
import type { SoakRecord } from "./record.ts";
import { leaksOf, report } from "./report.ts";
import { openTenants } from "./set-up.ts";
import { runTenant } from "./traffic.ts";

/**
 * `npm run soak -- [--minutes 5] [--accounts 4] [--report soak.html]`: mixed traffic of many
 * accounts on loopback, with kills of the product and faults of its table. It ends by itself, with
 * exit code 1 if something happened that must never happen.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    accounts: { type: "string", default: "4" },
    report: { type: "string", default: "soak.html" },
  },
});
const minutes = bounded("minutes", values.minutes, 24 * 60);
const accounts = bounded("accounts", values.accounts, 50);

const SAMPLE_MILLISECONDS = 1_000;
const DISTURB_MILLISECONDS = 10_000;
/** The last part of the time is quiet, so that memory can be compared with the start. */
const QUIET_SHARE = 0.85;

const THROTTLED: Fault = {
  kind: "answer",
  status: 400,
  body: JSON.stringify({
    __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    message: "The level of configured provisioned throughput for the table was exceeded.",
  }),
};
const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  "slow table": Array.from({ length: 60 }, () => ({ kind: "slow", milliseconds: 150 })),
  "throttled table": Array.from({ length: 20 }, () => THROTTLED),
  "lost answers": Array.from({ length: 10 }, () => ({ kind: "lose answer" })),
  "failing table": Array.from({ length: 20 }, () => ({ kind: "answer", status: 500, body: "{}" })),
};

const folder = await mkdtemp(join(tmpdir(), "portcullis-soak-"));
const engine = await startEngine({ dataFile: join(folder, "table.db") });
const proxy = await faultyProxy(engine.endpoint);
const issuer = await oidcIssuer();
let product: Product | undefined;
try {
  product = await startProduct(folder, proxy.endpoint);
  const tenants = await openTenants(product, issuer, accounts);
  const record: SoakRecord = { samples: [], memory: [], disturbances: [], violations: [] };
  const started = performance.now();
  const until = started + minutes * 60_000;
  const over = watch(product, record, started, until);
  const issueToken = () => issuer.sign();
  const traffic = { product, record, started, until, issueToken };
  await Promise.all(tenants.map((tenant) => runTenant(traffic, tenant)));
  await over;
  record.violations.push(...leaksOf(record));
  await writeFile(values.report, report(record, { minutes, accounts }));
  const { length } = record.violations;
  console.log(
    `soak: ${record.samples.length} requests, ${record.disturbances.length} disturbances, ${length} violations: ${values.report}`,
  );
  for (const violation of record.violations.slice(0, 20)) console.log(`violation: ${violation}`);
  process.exitCode = length === 0 ? 0 : 1;
} finally {
  await product?.kill();
  await issuer.stop();
  proxy.stop();
  await engine.stop();
  await rm(folder, { recursive: true });
}

/** Measures memory, and disturbs the product by turns, until the time is over. */
async function watch(
  watched: Product,
  record: SoakRecord,
  started: number,
  until: number,
): Promise<void> {
  const disturbances = [...Object.keys(FAULTS), "kill"];
  let disturbAt = started + DISTURB_MILLISECONDS;
  const quietFrom = started + (until - started) * QUIET_SHARE;
  for (let turn = 0; performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MILLISECONDS));
    // The proxy remembers every request, for tests that look at them.
    proxy.requests.length = 0;
    const at = performance.now() - started;
    const memory = await watched.memory();
    if (memory !== undefined)
      record.memory.push({ ...memory, at, fileBytes: await bytesOf(folder) });
    if (performance.now() < disturbAt || performance.now() > quietFrom) continue;
    disturbAt += DISTURB_MILLISECONDS;
    const what = disturbances[turn++ % disturbances.length] ?? "kill";
    record.disturbances.push({ at, what });
    if (what === "kill") {
      await watched.kill();
      await watched.start();
    } else proxy.plan.push(...(FAULTS[what] ?? []));
  }
}

async function bytesOf(directory: string): Promise<number> {
  const names = (await readdir(directory)).filter((name) => name.startsWith("table.db"));
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(directory, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function bounded(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most)) throw new RangeError(`--${name} must be up to ${most}`);
  return value;
}
