import type { OperationContext } from "../../model/operation.ts";
import type { AnalysisRunRecord } from "../../record/analysis-run.ts";
import type { AnalyzerRecord, FoundAccess } from "../../record/analyzer.ts";
import { analyzePage } from "./account-reading.ts";
import { positionAfter } from "./account-walk.ts";
import { ANALYSIS_LIMITS, type AnalysisLimits } from "./analysis-limits.ts";
import { type AnalysisSlice, beginWork, saveProgress } from "./analysis-run.ts";
import { isWithin } from "./elapsed.ts";
import { worstFindings } from "./found-access.ts";
import { publish } from "./publication.ts";
import { type ZoneOfTrust, zoneOf } from "./zone-of-trust.ts";

/** Findings are as old as this at most when they are read. AWS takes up to 30 minutes. */
const FRESH_MILLISECONDS = 60_000;

/** Larger accounts are analyzed less often, so that what reading costs an hour has a bound. */
const FRESH_PRINCIPALS = 5_000;

/** An analyzer after a call has worked at its findings. */
export interface Refreshed {
  readonly analyzer: AnalyzerRecord;
  /** `incomplete`: a further call continues. `busy`: another request is at work. */
  readonly state: "fresh" | "incomplete" | "busy";
}

/**
 * Makes the next slice of an analysis, unless one has ended a moment ago. The last slice makes all
 * its findings visible at once. This happens when findings are read: an account whose findings
 * nobody reads costs nothing, and no decision ever waits for it.
 */
export async function refreshFindings(
  context: OperationContext,
  analyzer: AnalyzerRecord,
  limits: AnalysisLimits = ANALYSIS_LIMITS,
): Promise<Refreshed> {
  if (isFresh(analyzer, context.now)) return { analyzer, state: "fresh" };
  const zone = await zoneOf(context, analyzer);
  const run = await beginWork(context, analyzer, zone);
  if (run === undefined) return { analyzer, state: "busy" };
  const slice = await makeSlice(context, analyzer, zone, run, limits);
  if (slice.run.position !== undefined) return { analyzer, state: "incomplete" };
  const published = await publish(context, analyzer.name, slice, limits);
  return { analyzer: published, state: "fresh" };
}

function isFresh(analyzer: AnalyzerRecord, now: Date): boolean {
  const { analyzedAt, completedAt = analyzedAt, principals = 0 } = analyzer;
  const times = Math.max(1, principals / FRESH_PRINCIPALS);
  return isWithin(completedAt, now, FRESH_MILLISECONDS * times);
}

async function makeSlice(
  context: OperationContext,
  analyzer: AnalyzerRecord,
  zone: ZoneOfTrust,
  begun: AnalysisRunRecord,
  limits: AnalysisLimits,
): Promise<AnalysisSlice> {
  const until = performance.now() + limits.milliseconds;
  let run = begun;
  let found: readonly FoundAccess[] = [];
  let principals = 0;
  let lists = 0;
  while (run.position !== undefined) {
    const { position, ...rest } = run;
    const page = await analyzePage(context, { analyzer, zone, run, position }, limits);
    const next =
      page.after === undefined
        ? positionAfter(position, analyzer.type, zone.accounts)
        : { ...position, after: page.after };
    const worst = worstFindings(run.kept, page.found, limits.findings);
    found = [...found, ...worst.found];
    run = {
      ...rest,
      kept: worst.kept,
      principals: run.principals + page.principals,
      ...(next && { position: next }),
    };
    principals += page.principals;
    lists++;
    if (next === undefined) break;
    const isLast = performance.now() >= until;
    if (!isLast && principals < limits.principalsAtOnce && lists < limits.listsAtOnce) continue;
    run = await saveProgress(context, analyzer.name, { run, found }, { isLast, limits });
    found = [];
    principals = 0;
    lists = 0;
    if (isLast) break;
  }
  return { run, found };
}
