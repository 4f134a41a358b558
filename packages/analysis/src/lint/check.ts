import type { Found, LintCondition, LintDocument, LintStatement, LocatedText } from "./document.ts";
import type { FindingType } from "./finding.ts";

/** One check as it is written down. Its issue code follows from its title. */
export interface CheckRule {
  /**
   * AWS's name of the check where AWS documents it, else ours in the same form. `Missing ARN field`
   * has the issue code `MISSING_ARN_FIELD`.
   */
  readonly title: string;
  readonly type: FindingType;
  /** The IAM User Guide's page, for checks that AWS does not document. */
  readonly page?: string;
  /** Runs on documents that the engine accepts only: it decides by what statements mean. */
  readonly isSemantic?: true;
  /** Undefined items are places where nothing was found. */
  readonly find: (document: LintDocument) => Iterable<Found | undefined>;
}

/** A record of the registry. */
export interface Check extends CheckRule {
  /** AWS's issue code where AWS documents the check, else ours in the same form. */
  readonly code: string;
}

/** The check with its issue code. */
export const withCode = (rule: CheckRule): Check => ({
  ...rule,
  code: rule.title.toUpperCase().replaceAll(" ", "_"),
});

/*
 * Checks of one thing at a time. They are generators, because a search for nearest names is dear
 * and the findings that are shown are limited.
 */

/** A check that looks at one statement at a time. */
export function ofStatements(
  find: (statement: LintStatement, document: LintDocument) => Found | undefined,
): CheckRule["find"] {
  return function* (document) {
    for (const statement of document.statements) yield find(statement, document);
  };
}

/** A check that looks at one key of a condition at a time. */
export function ofConditions(
  find: (
    condition: LintCondition,
    statement: LintStatement,
    document: LintDocument,
  ) => Found | undefined,
): CheckRule["find"] {
  return function* (document) {
    for (const statement of document.statements)
      for (const condition of statement.conditions) yield find(condition, statement, document);
  };
}

/** A check that looks at one pattern of `Action` or `Resource`, or of what excepts it, at a time. */
export function ofPatterns(
  element: "actions" | "resources",
  find: (pattern: LocatedText, document: LintDocument) => Found | undefined,
): CheckRule["find"] {
  return function* (document) {
    for (const statement of document.statements)
      for (const pattern of statement[element]?.texts ?? []) yield find(pattern, document);
  };
}

const GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/";
const REFERENCE = `${GUIDE}access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-`;

const TYPES: Readonly<Record<FindingType, string>> = {
  ERROR: "error",
  SECURITY_WARNING: "security-warning",
  WARNING: "general-warning",
  SUGGESTION: "suggestion",
};

/** Where to read on: the check's entry in AWS's reference, or the page of the element. */
export function learnMoreLink({ title, type, page }: CheckRule): string {
  if (page !== undefined) return `${GUIDE}${page}.html`;
  return `${REFERENCE}${TYPES[type]}-${title.toLowerCase().replaceAll(" ", "-")}`;
}
