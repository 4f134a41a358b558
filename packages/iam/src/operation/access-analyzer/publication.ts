import { isDeepStrictEqual } from "node:util";
import { bySeverity } from "@portcullis/analysis";
import type { OperationContext } from "../../model/operation.ts";
import { ANALYSIS_PARTS, analysisRunKey, analysisRunPartition } from "../../record/analysis-run.ts";
import {
  type AnalyzerFinding,
  type AnalyzerFindingRecord,
  type AnalyzerRecord,
  analyzerKey,
} from "../../record/analyzer.ts";
import type { AnalysisLimits } from "./analysis-limits.ts";
import { type AnalysisSlice, requireWork, savedFindings } from "./analysis-run.ts";
import { findAnalyzer } from "./analyzer-target.ts";
import { deleteAll } from "./delete-all.ts";
import { matchesFilter } from "./finding-filter.ts";
import { prepareFindings } from "./stored-findings.ts";

/**
 * Makes the findings of an analysis visible that has read everything.
 * INVARIANT: whoever reads findings sees those of one analysis only, whenever this is interrupted.
 * @returns the analyzer after that
 */
export async function publish(
  context: OperationContext,
  name: string,
  { run, found }: AnalysisSlice,
  limits: AnalysisLimits,
): Promise<AnalyzerRecord> {
  const { account, unit, now } = context;
  const all = [...(await savedFindings(context, name, run)), ...found];
  const worst = all.sort(bySeverity).map(({ finding }) => finding);
  const byId = new Map(worst.slice(0, limits.findings).map((finding) => [finding.id, finding]));
  const analyzer = await findAnalyzer(context, name);
  const of = { analyzer, run: run.id, ids: [...byId.keys()] };
  await prepareFindings(context, of, (former, id) =>
    following(analyzer, former, byId.get(id), now),
  );
  // Its rules and tags may have been changed meanwhile.
  const current = await findAnalyzer(context, name);
  const published: AnalyzerRecord = {
    ...current,
    run: run.id,
    analyzedAt: run.startedAt,
    completedAt: now.toISOString(),
    principals: run.principals,
  };
  await requireWork(context, name);
  unit.delete(analysisRunKey(account, name));
  unit.put(analyzerKey(account, name), published);
  await unit.commit();
  if (run.parts > 0) {
    const partition = analysisRunPartition(name);
    await deleteAll(context, { account, partition, prefix: ANALYSIS_PARTS });
  }
  return published;
}

/** What becomes of a finding. Undefined: there is none. */
function following(
  { archiveRules }: AnalyzerRecord,
  former: AnalyzerFindingRecord | undefined,
  finding: AnalyzerFinding | undefined,
  now: Date,
): AnalyzerFindingRecord | undefined {
  if (finding === undefined)
    return former === undefined || former.status === "RESOLVED"
      ? former
      : { ...former, status: "RESOLVED" };
  const at = now.toISOString();
  const { createdAt = at, updatedAt = at } = former ?? {};
  const active: AnalyzerFindingRecord = { ...finding, status: "ACTIVE", createdAt, updatedAt };
  // AWS applies rules to findings that are new, or are there again.
  if (former === undefined || former.status === "RESOLVED") {
    const isArchived = archiveRules.some(({ filter }) => matchesFilter(active, filter));
    return isArchived ? { ...active, status: "ARCHIVED" } : active;
  }
  const same: AnalyzerFindingRecord = { ...active, status: former.status };
  return isDeepStrictEqual(same, former) ? former : same;
}
