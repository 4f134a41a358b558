import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildConsole } from "@portcullis/local/console";
import { startEngine } from "@portcullis/local/engine";
import { faultyProxy } from "../support/faulty-proxy.ts";
import { oidcIssuer } from "../support/oidc-issuer.ts";
import { leaksOf, quietFailuresOf } from "./leaks.ts";
import { type Product, startProduct } from "./product.ts";
import { newRecord } from "./record.ts";
import { report } from "./report.ts";
import { openTenants } from "./set-up.ts";
import { runTenant } from "./traffic.ts";
import { UNDISTURBED_SHARE, watch } from "./watch.ts";

/**
 * `npm run soak -- [--minutes 5] [--hours 0] [--accounts 4] [--rate 40] [--report soak.html]`: mixed
 * traffic of many accounts on loopback, `rate` steps a second. It kills the product, steps its clock
 * and makes faults of its table. It ends by itself, with exit code 1 if something happened that must
 * never happen.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    hours: { type: "string" },
    accounts: { type: "string", default: "4" },
    rate: { type: "string", default: "40" },
    report: { type: "string", default: "soak.html" },
  },
});
const minutes =
  values.hours === undefined
    ? bounded("minutes", values.minutes, 24 * 60)
    : bounded("hours", values.hours, 24) * 60;
const accounts = bounded("accounts", values.accounts, 50);
const rate = bounded("rate", values.rate, 1_000);

/** A provider's token may not be from the future: it is issued before any step of the clock back. */
const TOKEN_AGE_SECONDS = 300;
const TOKEN_SECONDS_LEFT = 600;

const consoleDirectory = await buildConsole(console.log);
const folder = await mkdtemp(join(tmpdir(), "portcullis-soak-"));
const engine = await startEngine({ dataFile: join(folder, "table.db") });
const proxy = await faultyProxy(engine.endpoint);
const issuer = await oidcIssuer();
let product: Product | undefined;
try {
  const dynamodbEndpoint = proxy.endpoint;
  product = await startProduct({ dataDirectory: folder, dynamodbEndpoint, consoleDirectory });
  const tenants = await openTenants(product, issuer, accounts);
  const record = newRecord();
  const started = performance.now();
  const until = started + minutes * 60_000;
  const over = watch({ product, proxy, folder }, record, started, until);
  const issueToken = () => {
    const now = Math.floor(Date.now() / 1000);
    return issuer.sign({ iat: now - TOKEN_AGE_SECONDS, exp: now + TOKEN_SECONDS_LEFT });
  };
  const traffic = {
    product,
    record,
    started,
    until,
    issueToken,
    paceMilliseconds: (accounts * 1_000) / rate,
    lastLostSignIn: { at: Number.NEGATIVE_INFINITY },
  };
  await Promise.all(tenants.map((tenant) => runTenant(traffic, tenant)));
  await over;
  record.violations.push(
    ...leaksOf(record),
    ...quietFailuresOf(record, (until - started) * UNDISTURBED_SHARE),
  );
  await writeFile(values.report, report(record, { minutes, accounts, rate }));
  const { length } = record.violations;
  console.log(
    `soak: ${record.samples.length} requests, ${record.disturbances.length} disturbances, ${record.audited.changes} acknowledged changes, ${length} violations: ${values.report}`,
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

function bounded(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most)) throw new RangeError(`--${name} must be up to ${most}`);
  return value;
}
