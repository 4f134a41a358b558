import {
  type AccountFinding,
  type AccountModel,
  analyzeAccount,
  type FindingsOptions,
  runToEnd,
} from "../../packages/analysis/src/index.ts";
import { ACCOUNT } from "./account.ts";

/** The account itself, as a principal that a role trusts. */
export const OWN = { AWS: ACCOUNT };
/** The present time, where use is looked at. */
export const NOW = Date.parse("2026-06-01T00:00:00Z");

/** The findings on a model of the tests' account. */
export function findingsOf(
  model: AccountModel,
  options: FindingsOptions = {},
): readonly AccountFinding[] {
  return runToEnd(analyzeAccount({ AccountId: ACCOUNT, ...model }, options));
}

/** What a finding is about, without its evidence. */
export const brief = (findings: readonly AccountFinding[]) =>
  findings.map(({ kind, severity, resource }) => [kind, severity, resource]);
