import type { OperationContext } from "../../model/operation.ts";
import {
  ANALYSIS_PARTS,
  type AnalysisPartRecord,
  type AnalysisRunRecord,
  analysisPartKey,
  analysisRunKey,
  analysisRunPartition,
} from "../../record/analysis-run.ts";
import type { AnalyzerRecord, FoundAccess } from "../../record/analyzer.ts";
import { Conflict } from "../../storage/store.ts";
import { refuseLargeZone } from "./account-size.ts";
import { firstPosition } from "./account-walk.ts";
import type { AnalysisLimits } from "./analysis-limits.ts";
import { isWithin } from "./elapsed.ts";
import type { ZoneOfTrust } from "./zone-of-trust.ts";

/** What a call has made of an analysis, and the findings that are not saved yet. */
export interface AnalysisSlice {
  readonly run: AnalysisRunRecord;
  readonly found: readonly FoundAccess[];
}

/** A call that has not ended by then was lost with its function, which has 25 seconds. */
const LOST_MILLISECONDS = 30_000;

/** An analysis that was left for so long begins again. */
const LEFT_MILLISECONDS = 3_600_000;

/**
 * Takes on the analysis of an analyzer, or begins one. Returns undefined if another request is at
 * work.
 */
export async function beginWork(
  context: OperationContext,
  analyzer: AnalyzerRecord,
  zone: ZoneOfTrust,
): Promise<AnalysisRunRecord | undefined> {
  const { account, unit, now, requestId } = context;
  const key = analysisRunKey(account, analyzer.name);
  const former = await unit.get(key);
  const { worker } = former ?? {};
  // The same request may have been started again.
  if (worker?.requestId !== requestId && isWithin(worker?.since, now, LOST_MILLISECONDS))
    return undefined;
  const isCurrent = isWithin(former?.startedAt, now, LEFT_MILLISECONDS);
  if (!isCurrent) await refuseLargeZone(context, zone);
  const run = former !== undefined && isCurrent ? former : newRun(context, analyzer, zone.accounts);
  const taken = { ...run, worker: { requestId, since: now.toISOString() } };
  unit.put(key, taken);
  await unit.commit();
  return taken;
}

function newRun(
  { now, requestId }: OperationContext,
  { type }: AnalyzerRecord,
  accounts: readonly string[],
): AnalysisRunRecord {
  const position = firstPosition(type, accounts);
  return {
    id: requestId,
    startedAt: now.toISOString(),
    ...(position && { position }),
    parts: 0,
    principals: 0,
    kept: [],
  };
}

/**
 * Makes the next `commit` fail unless this request still works at the analysis: another one takes
 * it on when this one has not ended for long, and the analyzer may be deleted.
 * @throws {Conflict}
 */
export async function requireWork(
  { account, unit, requestId }: OperationContext,
  analyzer: string,
): Promise<void> {
  const key = analysisRunKey(account, analyzer);
  const run = await unit.get(key);
  if (run?.worker?.requestId !== requestId) throw new Conflict([key]);
  unit.put(key, run);
}

/** Parts that one transaction writes: some 2 of DynamoDB's 4 MB. */
const PARTS_AT_ONCE = 8;

/** Saves what a call has made of an analysis. With `isLast`, the call stops working at it. */
export async function saveProgress(
  context: OperationContext,
  analyzer: string,
  { run, found }: AnalysisSlice,
  { isLast, limits }: { readonly isLast: boolean; readonly limits: AnalysisLimits },
): Promise<AnalysisRunRecord> {
  const { account, unit } = context;
  const parts = partsOf(found, limits.partBytes);
  for (const [index, part] of parts.entries()) {
    const key = analysisPartKey(account, analyzer, run.parts + index);
    // One may be left of a call that was lost.
    unit.put(key, { found: part }, { expect: "any" });
    if (index % PARTS_AT_ONCE < PARTS_AT_ONCE - 1) continue;
    await requireWork(context, analyzer);
    await unit.commit();
  }
  const { worker: _, ...free } = run;
  const saved = { ...(isLast ? free : run), parts: run.parts + parts.length };
  await requireWork(context, analyzer);
  unit.put(analysisRunKey(account, analyzer), saved);
  await unit.commit();
  return saved;
}

/** The findings that the calls before have saved. */
export async function savedFindings(
  { account, unit }: OperationContext,
  analyzer: string,
  { parts }: AnalysisRunRecord,
): Promise<readonly FoundAccess[]> {
  const found: FoundAccess[] = [];
  for (let part = 0; part < parts; part += PARTS_AT_ONCE) {
    const { records } = await unit.query<AnalysisPartRecord>({
      account,
      partition: analysisRunPartition(analyzer),
      prefix: ANALYSIS_PARTS,
      ...(part === 0 ? {} : { after: analysisPartKey(account, analyzer, part - 1).sort }),
      limit: Math.min(PARTS_AT_ONCE, parts - part),
    });
    found.push(...records.flatMap(({ data }) => data.found));
  }
  return found;
}

/** Splits findings into lists of at most so many bytes, or of one finding. */
function partsOf(found: readonly FoundAccess[], most: number): readonly (readonly FoundAccess[])[] {
  const parts: FoundAccess[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of found) {
    const length = Buffer.byteLength(JSON.stringify(one));
    if (bytes + length > most) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(one);
    bytes += length;
  }
  return parts;
}
