import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Fault } from "../support/faulty-proxy.ts";
import type { Product } from "./product.ts";
import type { SoakRecord } from "./record.ts";

/** The last part of the time is quiet, so that memory can be compared with the start. */
const QUIET_SHARE = 0.85;
/** No kill comes later, so that the last process lives long enough to show a leak. */
const KILL_SHARE = 0.6;
/** By then the faults of the last disturbance are used up. */
export const UNDISTURBED_SHARE = 0.95;

/** Below the five minutes that a signature may be off. */
const MOST_CLOCK_STEP_MILLISECONDS = 240_000;
const SAMPLES = 600;
const DISTURBANCES = 150;

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
/** By how many of its steps the clock is off. It starts and ends right. */
const CLOCK_STEPS: Readonly<Record<string, number>> = {
  "clock forward": 1,
  "clock back": -1,
  "clock right": 0,
};
const KILL = "kill";
const TURNS = [
  "slow table",
  "clock forward",
  KILL,
  "throttled table",
  "clock back",
  "lost answers",
  KILL,
  "failing table",
  "clock right",
  KILL,
];

export interface Watched {
  readonly product: Product;
  readonly proxy: { readonly plan: Fault[]; readonly requests: unknown[] };
  readonly folder: string;
}

/** Measures memory, and disturbs the product by turns, until the time is over. */
export async function watch(
  { product, proxy, folder }: Watched,
  record: SoakRecord,
  started: number,
  until: number,
): Promise<void> {
  const duration = until - started;
  const share = () => (performance.now() - started) / duration;
  const interval = Math.max(1_000, duration / SAMPLES);
  const disturbInterval = Math.max(10_000, duration / DISTURBANCES);
  const clockStep = Math.min(MOST_CLOCK_STEP_MILLISECONDS, duration * (1 - QUIET_SHARE));
  let disturbAt = started + disturbInterval;
  for (let turn = 0; performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, interval));
    // The proxy remembers every request, for tests that look at them.
    proxy.requests.length = 0;
    const at = performance.now() - started;
    const memory = await product.memory();
    if (memory !== undefined)
      record.memory.push({ ...memory, at, fileBytes: await bytesOf(folder) });
    if (share() > QUIET_SHARE) product.setClock(0);
    if (performance.now() < disturbAt || share() > QUIET_SHARE) continue;
    disturbAt += disturbInterval;
    const what = TURNS[turn++ % TURNS.length] ?? KILL;
    if (what === KILL && share() > KILL_SHARE) continue;
    record.disturbances.push({ at, what });
    if (what === KILL) {
      await product.kill();
      await product.start();
    } else if (Object.hasOwn(CLOCK_STEPS, what))
      product.setClock((CLOCK_STEPS[what] ?? 0) * clockStep);
    else proxy.plan.push(...(FAULTS[what] ?? []));
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
