import type { AnalysisPosition } from "../../record/analysis-run.ts";
import { type AnalyzerType, findsUnusedAccess } from "../../record/analyzer.ts";

/** The lists of an account that an analysis reads. Only roles let others in. */
const listsOf = (type: AnalyzerType): readonly [AnalysisPosition["list"], ...string[]] =>
  findsUnusedAccess(type) ? ["users", "roles"] : ["roles"];

/** Where an analysis begins. Undefined: there is nothing to read. */
export function firstPosition(
  type: AnalyzerType,
  [account]: readonly string[],
): AnalysisPosition | undefined {
  const [list] = listsOf(type);
  return account === undefined ? undefined : { account, list };
}

/**
 * Where an analysis continues after the end of a list. Undefined: it has read everything.
 * @param accounts in ascending order; they may have changed since the analysis began
 */
export function positionAfter(
  { account, list }: AnalysisPosition,
  type: AnalyzerType,
  accounts: readonly string[],
): AnalysisPosition | undefined {
  if (list === "users" && accounts.includes(account)) return { account, list: "roles" };
  return firstPosition(
    type,
    accounts.filter((other) => other > account),
  );
}
