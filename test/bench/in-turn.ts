import { digits, median, spread } from "./policy-statistics.ts";

/** One call of a benchmark. It may use how many came before. */
export type Call = (round: number) => Promise<unknown>;
export type Cases = Readonly<Record<string, Call>>;

const CALLS = 100;
const WARM_UP = 15;

/**
 * Measures the same cases in several places and prints medians, spreads and ratios to the first. The
 * places are called in turn, so that whatever else the machine does happens to all of them: what
 * grows from place to place has a ratio that grows.
 */
export async function compareInTurn(places: readonly Cases[]): Promise<void> {
  for (const name of Object.keys(places[0] ?? {})) {
    const times = await timed(places.map((cases) => cases[name] as Call));
    const [small = Number.NaN] = times.map(median);
    const figures = times.map((one) => {
      const [low, high] = spread(one);
      return `${digits(median(one)).padStart(5)} ms (${digits(low)} to ${digits(high)})`;
    });
    const ratios = times.slice(1).map((one) => (median(one) / small).toFixed(2));
    console.log(`  ${name.padEnd(46)} ${figures.join("  ")}  ratio ${ratios.join(", ")}`);
  }
}

async function timed(calls: readonly Call[]): Promise<readonly number[][]> {
  const times = calls.map((): number[] => []);
  for (let round = 0; round < WARM_UP + CALLS; round++) {
    for (const [at, call] of calls.entries()) {
      const started = performance.now();
      await call(round);
      if (round >= WARM_UP) times[at]?.push(performance.now() - started);
    }
  }
  return times;
}

/** Sizes from the environment, as in `1000,1000000`. */
export function sizesOf(variable: string, usual: readonly number[]): readonly number[] {
  const text = process.env[variable];
  return text === undefined ? usual : text.split(",").map(Number);
}
