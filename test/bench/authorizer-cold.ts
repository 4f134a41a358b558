import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { deployedPlace, rootEvent } from "../support/deployed-authorizer.ts";
import { type Bundled, bundledAuthorizer, bundledSkeleton } from "./authorizer-bundle.ts";
import { quantile, summary } from "./spread.ts";

/** In milliseconds, in a fresh process, without Node's own start. */
export interface ColdStart {
  /** From loading the bundle to the first answer. */
  readonly toFirst: number;
  readonly load: number;
  readonly second: number;
  /** Processor time until the first answer. It depends less on what else the machine does. */
  readonly processor: number;
}

/** A cold start, and the names of Node's own modules that it loaded before its first answer. */
export interface ObservedStart {
  readonly times: ColdStart;
  readonly builtIns: readonly string[];
}

const CHILD = join(import.meta.dirname, "authorizer-cold-child.mjs");

/**
 * Cold starts of the authorizer and of the plain SDK and middy, taken in turns on the same engine.
 */
export async function coldStarts(
  rounds: number,
): Promise<{ readonly own: readonly ColdStart[]; readonly skeleton: readonly ColdStart[] }> {
  const place = await deployedPlace();
  const bundles = { own: await bundledAuthorizer(), skeleton: await bundledSkeleton() };
  const found = { own: [] as ColdStart[], skeleton: [] as ColdStart[] };
  try {
    for (let round = 0; round < rounds + 1; round++) {
      for (const name of ["own", "skeleton"] as const) {
        const { times } = await coldStart(bundles[name], place.environment);
        // The first round finds cold files.
        if (round > 0) found[name].push(times);
      }
    }
    return found;
  } finally {
    bundles.own.remove();
    bundles.skeleton.remove();
    await place.stop();
  }
}

export async function report(rounds = 15): Promise<void> {
  const { own, skeleton } = await coldStarts(rounds);
  const line = (what: string, of: readonly ColdStart[], read: (start: ColdStart) => number) =>
    console.log(`  ${what.padEnd(34)} ${summary(of.map(read), "ms")}`);
  line("authorizer: load", own, ({ load }) => load);
  line("authorizer: load to first decision", own, ({ toFirst }) => toFirst);
  line("authorizer: processor time of it", own, ({ processor }) => processor);
  line("authorizer: second decision", own, ({ second }) => second);
  line("SDK + middy: load", skeleton, ({ load }) => load);
  line("SDK + middy: load to first answer", skeleton, ({ toFirst }) => toFirst);
  line("SDK + middy: processor time of it", skeleton, ({ processor }) => processor);
  line("SDK + middy: second answer", skeleton, ({ second }) => second);
  const ratio = (read: (start: ColdStart) => number) =>
    (quantile(own.map(read), 0.5) / quantile(skeleton.map(read), 0.5)).toFixed(3);
  console.log(
    `  authorizer to SDK + middy          ${ratio(({ toFirst }) => toFirst)} of the time, ${ratio(({ processor }) => processor)} of the processor time`,
  );
}

/** Loads a bundle in a fresh process, and has it answer the root user's request twice. */
export async function coldStart(
  { folder }: Pick<Bundled, "folder">,
  environment: Readonly<Record<string, string>>,
): Promise<ObservedStart> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [CHILD, join(folder, "bundle.mjs"), JSON.stringify(rootEvent())],
    { env: environment },
  );
  const answer: ObservedStart & { readonly allowed: boolean } = JSON.parse(
    stdout.trim().split("\n").at(-1) ?? "",
  );
  if (!answer.allowed) throw new Error(`no allow: ${stdout}`);
  return answer;
}
