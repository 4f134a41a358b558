import { epochSeconds } from "../../model/epoch-seconds.ts";
import type { OperationContext } from "../../model/operation.ts";
import {
  type AnalyzerFindingRecord,
  type AnalyzerRecord,
  analyzerFindingKey,
  findingsPartition,
  type StoredFinding,
} from "../../record/analyzer.ts";
import type { Stored } from "../../storage/store.ts";
import { requireWork } from "./analysis-run.ts";

/** Parts of a transaction are 100 and 4 MB at most. A finding is stored twice, and has 27 KB. */
const AT_ONCE = 60;

/** Resolved findings are kept as long as AWS keeps them (IAM UG/access-analyzer-findings). */
const RESOLVED_SECONDS = 90 * 86_400;

/** DynamoDB deletes expired records up to days late. */
const isExpired = ({ status, updatedAt }: AnalyzerFindingRecord, now: Date): boolean =>
  status === "RESOLVED" && now.getTime() - Date.parse(updatedAt) > RESOLVED_SECONDS * 1000;

/** Whether a text can be a finding's id. Longer ones can be no key of the table. */
export const isFindingId = (id: string): boolean => id.length > 0 && id.length <= 100;

/** A finding as callers see it. Undefined: there is none, or none any more. */
function visible(
  { newIn, next, ...current }: StoredFinding,
  { run }: AnalyzerRecord,
  now: Date,
): AnalyzerFindingRecord | undefined {
  const isNew = newIn !== undefined && newIn !== run;
  const finding = next !== undefined && next.run === run ? next.finding : current;
  return isNew || isExpired(finding, now) ? undefined : finding;
}

/** The findings of these ids, in the same order. Undefined: there is none, or none any more. */
export async function findFindings(
  { account, unit, now }: OperationContext,
  analyzer: AnalyzerRecord,
  ids: readonly string[],
): Promise<readonly (AnalyzerFindingRecord | undefined)[]> {
  const keys = ids.map((id) => analyzerFindingKey(account, analyzer.name, id));
  return (await unit.getAll(keys)).map((one) => one && visible(one, analyzer, now));
}

/** All findings of an analyzer. An analysis finds no more than `ANALYSIS_LIMITS.findings`. */
export async function findingsOf(
  context: OperationContext,
  analyzer: AnalyzerRecord,
): Promise<readonly AnalyzerFindingRecord[]> {
  const found: AnalyzerFindingRecord[] = [];
  for await (const { data } of storedFindings(context, analyzer))
    found.push(...[visible(data, analyzer, context.now) ?? []].flat());
  return found;
}

async function* storedFindings(
  { account, unit }: OperationContext,
  { name }: AnalyzerRecord,
): AsyncGenerator<Stored<StoredFinding>> {
  const partition = findingsPartition(name);
  let after: string | undefined;
  for (let more = true; more; ) {
    const page = await unit.query<StoredFinding>({
      account,
      partition,
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    yield* page.records;
    after = page.records.at(-1)?.key.sort;
    more = page.more && after !== undefined;
  }
}

type Change = (finding: AnalyzerFindingRecord) => AnalyzerFindingRecord;

/**
 * Changes findings, in transactions of some each. Those that are gone, or that `change` returns as
 * they are, stay. A changed status sets the time of the update.
 */
export async function changeFindings(
  { account, unit, now }: OperationContext,
  { name }: AnalyzerRecord,
  ids: readonly string[],
  change: Change,
): Promise<void> {
  const changed: Change = (former) => {
    const after = change(former);
    return after === former ? former : { ...after, updatedAt: now.toISOString() };
  };
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const part = ids.slice(start, start + AT_ONCE);
    const keys = part.map((id) => analyzerFindingKey(account, name, id));
    for (const [index, stored] of (await unit.getAll(keys)).entries()) {
      const key = keys[index];
      if (stored === undefined || key === undefined) continue;
      const { newIn, next, ...current } = stored;
      // Both: an analysis may become visible meanwhile.
      const after = changed(current);
      const afterNext = next && changed(next.finding);
      if (after === current && afterNext === next?.finding) continue;
      unit.put(key, {
        ...after,
        ...(newIn !== undefined && { newIn }),
        ...(next && afterNext && { next: { run: next.run, finding: afterNext } }),
      });
    }
    await unit.commit();
  }
}

/** The findings of an analysis that has read everything. */
interface Prepared {
  readonly analyzer: AnalyzerRecord;
  readonly run: string;
  readonly ids: readonly string[];
}

/**
 * Writes what the analysis that this request works at makes of each finding. It becomes visible
 * when the analyzer's record names the analysis. What earlier analyses have left beside findings is
 * tidied up.
 * @param next is called for the ids, and for all other findings that are stored
 */
export async function prepareFindings(
  context: OperationContext,
  { analyzer, run, ids }: Prepared,
  next: (
    current: AnalyzerFindingRecord | undefined,
    id: string,
  ) => AnalyzerFindingRecord | undefined,
): Promise<void> {
  const { account, unit, now } = context;
  const all = new Set(ids);
  for await (const { key } of storedFindings(context, analyzer)) all.add(key.sort);
  const list = [...all];
  for (let start = 0; start < list.length; start += AT_ONCE) {
    const part = list.slice(start, start + AT_ONCE);
    const keys = part.map((id) => analyzerFindingKey(account, analyzer.name, id));
    let isChanged = false;
    for (const [index, former] of (await unit.getAll(keys)).entries()) {
      const key = keys[index];
      if (key === undefined) continue;
      const current = former && visible(former, analyzer, now);
      const wanted = next(current, key.sort);
      const write = prepared(current, wanted, run, now);
      const isTidy = former?.newIn === undefined && former?.next === undefined;
      if (wanted === current && isTidy && (former === undefined || write !== undefined)) continue;
      if (write === undefined) unit.delete(key);
      else unit.put(key, write, expiryOf(write));
      isChanged = true;
    }
    if (isChanged) await requireWork(context, analyzer.name);
    await unit.commit();
  }
}

/** What is stored of a finding before the analysis is visible. */
function prepared(
  current: AnalyzerFindingRecord | undefined,
  wanted: AnalyzerFindingRecord | undefined,
  run: string,
  now: Date,
): StoredFinding | undefined {
  if (wanted === current || wanted === undefined) return current;
  const finding = { ...wanted, updatedAt: now.toISOString() };
  return current === undefined
    ? { ...finding, newIn: run }
    : { ...current, next: { run, finding } };
}

/** Nothing expires that an analysis is about to make active. */
function expiryOf({ status, updatedAt, next }: StoredFinding): { readonly expiresAt?: number } {
  if (status !== "RESOLVED" || next !== undefined) return {};
  return { expiresAt: epochSeconds(new Date(updatedAt)) + RESOLVED_SECONDS };
}
