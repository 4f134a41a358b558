import type { AccessRecord, ServiceReference } from "@portcullis/analysis";
import { daysFrom } from "../day.ts";
import { type AccessCountRecord, accessCountsPartition, droppedKey } from "../record/decision.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";

const PAGE = 500;

/** What to read of an account's counts. */
export interface CountRange {
  readonly account: string;
  /** Milliseconds. Counts are kept by day: the days of both ends are included whole. */
  readonly from: number;
  readonly to: number;
  /** The unique id of a user or role. Absent: all principals. */
  readonly principalId?: string | undefined;
  /** How many counts are looked at. */
  readonly limit: number;
}

export interface CountSums {
  /** One for each principal, action, pattern and route. */
  readonly counts: readonly AccessCountRecord[];
  /** False: the limit was reached, or counts of the period were dropped. */
  readonly isComplete: boolean;
}

/** Days of one principal that are read at once. */
const DAYS_AT_ONCE = 10;

/** The counts of a period as sums over its days. */
export async function readAccessCounts(
  unit: UnitOfWork,
  range: CountRange,
  select: (count: AccessCountRecord) => boolean = () => true,
): Promise<CountSums> {
  const sums = new Map<string, AccessCountRecord>();
  const days = daysFrom(range.to, range.from);
  const atOnce = range.principalId === undefined ? 1 : DAYS_AT_ONCE;
  let left = range.limit;
  for (let start = 0; start < days.length; start += atOnce) {
    const batch = days.slice(start, start + atOnce);
    const read = await Promise.all(batch.map((day) => countsOfDay(unit, range, day, left)));
    for (const count of read.flatMap(({ counts }) => counts)) {
      if (!select(count)) continue;
      const name = `${count.principalArn} ${count.action} ${count.pattern} ${count.route}`;
      const before = sums.get(name);
      sums.set(name, before === undefined ? count : sumOf(before, count));
    }
    left -= read.reduce((sum, { counts }) => sum + counts.length, 0);
    if (left <= 0 || read.some(({ isComplete }) => !isComplete))
      return { counts: [...sums.values()], isComplete: false };
  }
  return { counts: [...sums.values()], isComplete: !(await wereDropped(unit, range, days)) };
}

/** Whether counts were dropped, because there were too many. */
async function wereDropped(
  unit: UnitOfWork,
  { account }: CountRange,
  days: readonly string[],
): Promise<boolean> {
  const dropped = await unit.getAll(days.map((day) => droppedKey(account, day)));
  return dropped.some((record) => (record?.counts ?? 0) > 0);
}

async function countsOfDay(
  unit: UnitOfWork,
  { account, principalId }: CountRange,
  day: string,
  limit: number,
): Promise<CountSums> {
  const counts: AccessCountRecord[] = [];
  const prefix = principalId === undefined ? {} : { prefix: `${principalId}/` };
  const partition = accessCountsPartition(day);
  let after: string | undefined;
  for (let more = true; more; ) {
    if (counts.length >= limit) return { counts, isComplete: false };
    const start = after === undefined ? {} : { after };
    const range = { account, partition, limit: PAGE, ...prefix, ...start };
    const page = await unit.query<AccessCountRecord>(range);
    for (const { key, data } of page.records) {
      after = key.sort;
      counts.push(data);
    }
    ({ more } = page);
  }
  return { counts, isComplete: true };
}

const sumOf = (later: AccessCountRecord, earlier: AccessCountRecord): AccessCountRecord => ({
  ...later,
  allowed: later.allowed + earlier.allowed,
  denied: later.denied + earlier.denied,
  observed: later.observed + earlier.observed,
  resources: [...new Set([...later.resources, ...earlier.resources])],
  more: later.more || earlier.more,
});

/** The counts as records that a policy is generated from. */
export const accessRecordsOf = (counts: readonly AccessCountRecord[]): readonly AccessRecord[] =>
  counts.flatMap(({ action, pattern, resources, more }): readonly AccessRecord[] =>
    // A count keeps its first few resources only.
    more ? [{ action, pattern }] : resources.map((resource) => ({ action, resource })),
  );

/**
 * The patterns as a service reference, which says where resources vary. A part with more than one
 * value becomes `*`.
 */
export function referencesOfPatterns(
  counts: readonly AccessCountRecord[],
): readonly ServiceReference[] {
  const services = new Map<string, Map<string, Set<string>>>();
  for (const { action, pattern } of counts) {
    const [service = "", name = ""] = action.split(":");
    const actions = services.get(service) ?? new Map<string, Set<string>>();
    services.set(service, actions);
    const formats = actions.get(name) ?? new Set<string>();
    actions.set(name, formats);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: ARN formats have this form
    formats.add(pattern.replaceAll("*", "${Any}"));
  }
  return [...services].map(([Name, actions]) => ({
    Name,
    Actions: [...actions.keys()].map((action) => ({
      Name: action,
      Resources: [{ Name: action }],
    })),
    Resources: [...actions].map(([Name, formats]) => ({ Name, ARNFormats: [...formats] })),
  }));
}
