import type { Severity } from "@portcullis/analysis";
import type { FoundAccess } from "../../record/analyzer.ts";

const SEVERITIES: readonly Severity[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"];

/**
 * Leaves out findings that can't be among the worst, since as many that are as severe came before.
 * So the memory and the storage of an analysis do not grow with the account.
 * @param kept how many were kept before, by severity, the most severe first
 */
export function worstFindings(
  kept: readonly number[],
  found: readonly FoundAccess[],
  most: number,
): { readonly kept: readonly number[]; readonly found: readonly FoundAccess[] } {
  const counts = SEVERITIES.map((_, rank) => kept[rank] ?? 0);
  const worst = found.filter(({ severity }) => {
    const rank = SEVERITIES.indexOf(severity);
    const before = counts.slice(0, rank + 1).reduce((sum, count) => sum + count, 0);
    if (before >= most) return false;
    counts[rank] = (counts[rank] ?? 0) + 1;
    return true;
  });
  return { kept: counts, found: worst };
}
