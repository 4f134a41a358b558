import { epochSeconds } from "../../model/epoch-seconds.ts";
import type { OperationContext } from "../../model/operation.ts";
import {
  type AnalyzerFindingRecord,
  analyzerFindingKey,
  findingsPartition,
} from "../../record/analyzer.ts";

/** Parts of a transaction are 100 at most. */
const AT_ONCE = 90;

/** Resolved findings are kept as long as AWS keeps them (IAM UG/access-analyzer-findings). */
const RESOLVED_SECONDS = 90 * 86_400;

/** DynamoDB deletes expired records up to days late. */
const isExpired = ({ status, updatedAt }: AnalyzerFindingRecord, now: Date): boolean =>
  status === "RESOLVED" && now.getTime() - Date.parse(updatedAt) > RESOLVED_SECONDS * 1000;

/** Whether a text can be a finding's id. Longer ones can be no key of the table. */
export const isFindingId = (id: string): boolean => id.length > 0 && id.length <= 100;

/** A finding of an analyzer. Undefined: there is none, or none any more. */
export async function findFinding(
  { account, unit, now }: OperationContext,
  analyzer: string,
  id: string,
): Promise<AnalyzerFindingRecord | undefined> {
  if (!isFindingId(id)) return undefined;
  const finding = await unit.get(analyzerFindingKey(account, analyzer, id));
  return finding === undefined || isExpired(finding, now) ? undefined : finding;
}

/** All findings of an analyzer. An analysis stores no more than `FINDINGS_AT_MOST`. */
export async function findingsOf(
  { account, unit, now }: OperationContext,
  analyzer: string,
): Promise<readonly AnalyzerFindingRecord[]> {
  const partition = findingsPartition(analyzer);
  const found: AnalyzerFindingRecord[] = [];
  let after: string | undefined;
  for (let more = true; more; ) {
    const page = await unit.query<AnalyzerFindingRecord>({
      account,
      partition,
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.records.map(({ data }) => data).filter((one) => !isExpired(one, now)));
    after = page.records.at(-1)?.key.sort;
    more = page.more && after !== undefined;
  }
  return found;
}

type Change = (finding: AnalyzerFindingRecord, id: string) => AnalyzerFindingRecord | undefined;

/**
 * Changes findings, in transactions of some each. Those that are gone, or that `change` returns as
 * they are, stay. A changed status sets the time of the update.
 */
export async function changeFindings(
  context: OperationContext,
  analyzer: string,
  ids: readonly string[],
  change: Change,
): Promise<void> {
  await writeFindings(context, analyzer, ids, (former, id) => former && change(former, id));
}

/** As `changeFindings`, for findings that may not be there yet. */
export async function writeFindings(
  { account, unit, now }: OperationContext,
  analyzer: string,
  ids: readonly string[],
  next: (
    former: AnalyzerFindingRecord | undefined,
    id: string,
  ) => AnalyzerFindingRecord | undefined,
): Promise<void> {
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const part = ids.slice(start, start + AT_ONCE);
    const keys = part.map((id) => analyzerFindingKey(account, analyzer, id));
    const former = await unit.getAll(keys);
    for (const [index, key] of keys.entries()) {
      const before = former[index];
      const after = next(before, part[index] ?? "");
      if (after === undefined || after === before) continue;
      const expiresAt = epochSeconds(now) + RESOLVED_SECONDS;
      unit.put(
        key,
        { ...after, updatedAt: now.toISOString() },
        after.status === "RESOLVED" ? { expiresAt } : {},
      );
    }
    await unit.commit();
  }
}
