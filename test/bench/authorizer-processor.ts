import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { deployedPlace, rootEvent } from "../support/deployed-authorizer.ts";
import { type Bundled, bundledAuthorizer, bundledSkeleton } from "./authorizer-bundle.ts";
import { quantile, summary } from "./spread.ts";

/** Warm decisions in a process of their own. */
export interface WarmDecisions {
  /** Milliseconds of each. */
  readonly latencies: number[];
  /** Microseconds of processor time a decision, of each round. */
  readonly processor: number[];
}

interface Round {
  readonly latencies: readonly number[];
  readonly microseconds: number;
}

const DECISIONS = 100;
const WARM_UP_ROUNDS = 5;
const CHILD = join(import.meta.dirname, "authorizer-processor-child.mjs");

/**
 * Warm decisions of the authorizer's function, read from DynamoDB and log line included, and warm
 * answers of the plain SDK and middy, which read as much and decide nothing. Taken in turns on the
 * same engine, one after another.
 */
export async function warmDecisions(
  rounds: number,
): Promise<{ readonly own: WarmDecisions; readonly skeleton: WarmDecisions }> {
  const place = await deployedPlace();
  const bundles = { own: await bundledAuthorizer(), skeleton: await bundledSkeleton() };
  const children = {
    own: started(bundles.own, place.environment),
    skeleton: started(bundles.skeleton, place.environment),
  };
  const found = { own: nothing(), skeleton: nothing() };
  try {
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      for (const name of ["own", "skeleton"] as const) {
        const { latencies, microseconds } = await decide(children[name]);
        if (round < WARM_UP_ROUNDS) continue;
        found[name].latencies.push(...latencies);
        found[name].processor.push(microseconds);
      }
    }
    return found;
  } finally {
    for (const child of Object.values(children)) child.kill();
    for (const bundle of Object.values(bundles)) bundle.remove();
    await place.stop();
  }
}

export async function report(rounds = 20): Promise<void> {
  const { own, skeleton } = await warmDecisions(rounds);
  console.log(`  authorizer: a warm decision        ${summary(own.latencies, "ms")}`);
  console.log(`  SDK + middy: a warm answer         ${summary(skeleton.latencies, "ms")}`);
  const [mine, theirs] = [own, skeleton].map(({ processor }) => quantile(processor, 0.5));
  console.log(`  authorizer: processor time of it   ${summary(own.processor, "µs")}`);
  console.log(`  SDK + middy: processor time of it  ${summary(skeleton.processor, "µs")}`);
  console.log(`  processor time, ratio              ${((mine ?? 0) / (theirs ?? 0)).toFixed(2)}`);
}

const nothing = (): WarmDecisions => ({ latencies: [], processor: [] });

const started = (
  { folder }: Bundled,
  environment: Readonly<Record<string, string>>,
): ChildProcess =>
  fork(CHILD, [join(folder, "bundle.mjs")], {
    env: environment,
    // The decisions' log lines are written, and read by nobody.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });

function decide(child: ChildProcess): Promise<Round> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`a function ended with ${code}`));
    child.once("exit", failed);
    child.once("message", (round: Round) => {
      child.off("exit", failed);
      resolve(round);
    });
    child.send({ event: rootEvent(), times: DECISIONS });
  });
}
