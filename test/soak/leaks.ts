import { percentile, type SoakRecord } from "./record.ts";

const MEGABYTE = 1024 * 1024;
/** A process fills its caches in its first minutes: this share of its life is not compared. */
const WARM_UP_SHARE = 0.2;
/** What memory may grow between the first and the last quarter of a process's life. */
const MOST_HEAP_GROWTH_BYTES = 16 * MEGABYTE;
const MOST_RESIDENT_GROWTH_BYTES = 96 * MEGABYTE;
const MOST_HANDLES = 200;
/** A created user that is kept takes a few kilobytes with its list entries and indexes. */
const MOST_BYTES_A_WRITE = 16 * 1024;
const ROOM_BYTES = 32 * MEGABYTE;

/** Growth of memory, handles or the data file that has no reason. */
export function leaksOf(record: SoakRecord): readonly string[] {
  const { memory, samples } = record;
  const leaks: string[] = [];
  const { heapUsed, rss } = growthOf(record);
  if (heapUsed.to > heapUsed.from + MOST_HEAP_GROWTH_BYTES)
    leaks.push(`the heap grew from ${size(heapUsed.from)} to ${size(heapUsed.to)}`);
  if (rss.to > rss.from + MOST_RESIDENT_GROWTH_BYTES)
    leaks.push(`the resident memory grew from ${size(rss.from)} to ${size(rss.to)}`);
  const handles = memory.at(-1)?.handles ?? 0;
  if (handles > MOST_HANDLES) leaks.push(`${handles} handles are open at the end`);
  const writes = samples.filter(({ kind }) => !kind.startsWith("decision")).length;
  const growth = (memory.at(-1)?.fileBytes ?? 0) - (memory[0]?.fileBytes ?? 0);
  if (growth > writes * MOST_BYTES_A_WRITE + ROOM_BYTES)
    leaks.push(`the data file grew by ${size(growth)} in ${writes} calls that may write`);
  return leaks;
}

/** Medians of the first and the last quarter of the last process's life, its start left out. */
export function growthOf({ memory, disturbances }: SoakRecord) {
  const lastStart = disturbances.findLast(({ what }) => what === "kill")?.at ?? 0;
  const whole = memory.filter(({ at }) => at > lastStart);
  const life = whole.slice(Math.floor(whole.length * WARM_UP_SHARE));
  const quarter = Math.ceil(life.length / 4);
  const grown = (name: "heapUsed" | "rss") => {
    const values = life.map((one) => one[name]);
    return { from: median(values.slice(0, quarter)), to: median(values.slice(-quarter)) };
  };
  return { heapUsed: grown("heapUsed"), rss: grown("rss") };
}

/** Requests that failed though nothing disturbed the product any more. */
export function quietFailuresOf({ samples }: SoakRecord, quietFrom: number): readonly string[] {
  const failed = samples.filter(({ at, outcome }) => at > quietFrom && outcome === "failed");
  return failed.length === 0 ? [] : [`${failed.length} requests failed in the quiet time`];
}

const median = (values: readonly number[]): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
const size = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(1)} MB`;
