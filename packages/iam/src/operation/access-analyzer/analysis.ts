import { isDeepStrictEqual } from "node:util";
import {
  type AccountFinding,
  analyzeAccount,
  bySeverity,
  type FindingsOptions,
} from "@portcullis/analysis";
import type { OperationContext } from "../../model/operation.ts";
import {
  type AnalyzerFinding,
  type AnalyzerFindingRecord,
  type AnalyzerRecord,
  analyzerKey,
  findsUnusedAccess,
} from "../../record/analyzer.ts";
import { runInTurns } from "../../run-in-turns.ts";
import { countPrincipals, readAccount, readUsage, refuseTooMany } from "./account-reading.ts";
import { analyzerFindings } from "./analyzer-finding.ts";
import { findAnalyzer } from "./analyzer-target.ts";
import { matchesFilter } from "./finding-filter.ts";
import { findingsOf, writeFindings } from "./stored-findings.ts";
import { type ZoneOfTrust, zoneOf } from "./zone-of-trust.ts";

/** Findings are as old as this at most when they are read. AWS takes up to 30 minutes. */
const FRESH_MILLISECONDS = 60_000;

/** An analysis that has not ended by then was lost with its function. */
const LOST_MILLISECONDS = 60_000;

/** The worst come first; more say nothing new. */
const FINDINGS_AT_MOST = 2_000;

/**
 * Analyzes the account unless that was done a moment ago. It happens when findings are read: an
 * account whose findings nobody reads costs nothing, and no decision ever waits for it.
 * @returns the analyzer after that
 */
export async function refreshFindings(
  context: OperationContext,
  analyzer: AnalyzerRecord,
): Promise<AnalyzerRecord> {
  const { account, unit, now, requestId } = context;
  const { analyzedAt, analysis } = analyzer;
  if (isWithin(analyzedAt, now, FRESH_MILLISECONDS)) return analyzer;
  const isRunning = isWithin(analysis?.startedAt, now, LOST_MILLISECONDS);
  // What is there is answered meanwhile. The same request may have been started again.
  if (isRunning && analysis?.requestId !== requestId) return analyzer;
  const started = { requestId, startedAt: now.toISOString() };
  unit.put(analyzerKey(account, analyzer.name), { ...analyzer, analysis: started });
  await unit.commit();
  const found = analyzerFindings(analyzer.type, await analyze(context, analyzer));
  await storeFindings(context, analyzer, found.slice(0, FINDINGS_AT_MOST));
  // Its rules and tags may have been changed meanwhile.
  const { analysis: _, ...current } = await findAnalyzer(context, analyzer.name);
  const done = { ...current, analyzedAt: now.toISOString() };
  unit.put(analyzerKey(account, analyzer.name), done);
  await unit.commit();
  return done;
}

const isWithin = (at: string | undefined, now: Date, milliseconds: number): boolean =>
  at !== undefined && now.getTime() - Date.parse(at) < milliseconds;

async function analyze(
  context: OperationContext,
  analyzer: AnalyzerRecord,
): Promise<readonly AccountFinding[]> {
  const zone = await zoneOf(context, analyzer);
  const found: AccountFinding[] = [];
  let principals = 0;
  for (const account of zone.accounts) {
    const own = { ...context, account };
    principals += await countPrincipals(own);
    refuseTooMany(principals, context.account);
    found.push(...(await analyzeOne(own, analyzer, zone)));
  }
  return found.sort(bySeverity);
}

async function analyzeOne(
  context: OperationContext,
  { type, unusedAccessAge }: AnalyzerRecord,
  { accounts, organizations }: ZoneOfTrust,
): Promise<readonly AccountFinding[]> {
  const model = await readAccount(context);
  const options: FindingsOptions = findsUnusedAccess(type)
    ? {
        parts: ["usage"],
        now: context.now.getTime(),
        usage: await readUsage(context, model),
        unusedAfterDays: unusedAccessAge,
      }
    : {
        parts: ["principals"],
        trustedAccounts: accounts,
        trustedOrganizations: organizations,
      };
  return runInTurns(analyzeAccount(model, options));
}

async function storeFindings(
  context: OperationContext,
  { name, archiveRules }: AnalyzerRecord,
  found: readonly AnalyzerFinding[],
): Promise<void> {
  const { now } = context;
  const byId = new Map(found.map((finding) => [finding.id, finding]));
  const stored = await findingsOf(context, name);
  const ids = new Set([...byId.keys(), ...stored.map(({ id }) => id)]);
  const isArchived = (finding: AnalyzerFindingRecord) =>
    archiveRules.some(({ filter }) => matchesFilter(finding, filter));
  await writeFindings(context, name, [...ids], (former, id) => {
    const finding = byId.get(id);
    if (finding === undefined)
      return former === undefined || former.status === "RESOLVED"
        ? former
        : { ...former, status: "RESOLVED" };
    const at = now.toISOString();
    const { createdAt = at, updatedAt = at } = former ?? {};
    const active: AnalyzerFindingRecord = { ...finding, status: "ACTIVE", createdAt, updatedAt };
    // AWS applies rules to findings that are new, or are there again.
    if (former === undefined || former.status === "RESOLVED")
      return isArchived(active) ? { ...active, status: "ARCHIVED" } : active;
    const same: AnalyzerFindingRecord = { ...active, status: former.status };
    return isDeepStrictEqual(same, former) ? former : same;
  });
}
