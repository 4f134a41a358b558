import type * as sdk from "@aws-sdk/client-accessanalyzer";
import type { AnalyzerRecord, ArchiveRule, FindingFilter } from "../../record/analyzer.ts";
import { alreadyThere, invalidField, notFound, quotaExceeded } from "./analyzer-target.ts";
import { isFilterKey } from "./finding-filter.ts";

/** As AWS has it (IAM UG/access-analyzer-quotas). */
const RULES_AT_MOST = 100;

type Filter = Readonly<Record<string, sdk.Criterion>> | undefined;

/** @throws {ApiError} if the analyzer has one of the name, or too many */
export function newRule(
  rules: readonly ArchiveRule[],
  name: string,
  filter: Filter,
  now: Date,
): ArchiveRule {
  if (rules.some((rule) => rule.name === name)) throw alreadyThere("ArchiveRule", name);
  if (rules.length >= RULES_AT_MOST)
    throw quotaExceeded(
      `The analyzer has ${RULES_AT_MOST} archive rules, which is the most that it may have.`,
      "ArchiveRule",
      name,
    );
  const at = now.toISOString();
  return { name, filter: checkedFilter(filter), createdAt: at, updatedAt: at };
}

/** The rules of a new analyzer. @throws {ApiError} as `newRule` */
export function newRules(
  wanted: readonly sdk.InlineArchiveRule[] | undefined,
  now: Date,
): readonly ArchiveRule[] {
  const rules: ArchiveRule[] = [];
  for (const { ruleName = "", filter } of wanted ?? [])
    rules.push(newRule(rules, ruleName, filter, now));
  return rules;
}

/** @throws {ApiError} `ResourceNotFoundException` */
export function ruleOf({ archiveRules }: AnalyzerRecord, name: string): ArchiveRule {
  const rule = archiveRules.find((one) => one.name === name);
  if (rule === undefined) throw notFound("ArchiveRule", name);
  return rule;
}

/** @throws {ApiError} `ValidationError` for a filter that would match by accident */
export function checkedFilter(filter: Filter): FindingFilter {
  const entries = Object.entries(filter ?? {});
  if (entries.length === 0) throw invalidField("A filter needs at least one criterion.");
  for (const [key, { eq, neq, contains, exists }] of entries) {
    if (!isFilterKey(key)) throw invalidField(`${key.slice(0, 100)} is no filter key.`);
    if ([eq, neq, contains, exists].every((part) => part === undefined))
      throw invalidField(`The criterion of ${key} is empty.`);
    if (exists !== undefined && [eq, neq, contains].some((part) => part !== undefined))
      throw invalidField(`The criterion of ${key} has exists beside others.`);
  }
  return Object.fromEntries(entries.map(([key, criterion]) => [key, { ...criterion }]));
}
