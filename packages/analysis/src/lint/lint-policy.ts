import { INVALID_CHARACTER, type PolicyKind, positionsIn, readJsonTree } from "@portcullis/policy";
import type { Services } from "../services/services.ts";
import { ACTION_CHECKS } from "./actions.ts";
import { type Check, learnMoreLink, withCode } from "./check.ts";
import { KEY_CHECKS } from "./condition-keys.ts";
import { LOGIC_CHECKS } from "./condition-logic.ts";
import { VALUE_CHECKS } from "./condition-values.ts";
import { TYPE_CHECKS } from "./data-types.ts";
import { type Found, type LocatedNode, lintDocument } from "./document.ts";
import { KIND_CHECKS } from "./document-kind.ts";
import type { FindingType, PolicyFinding } from "./finding.ts";
import { GRANT_CHECKS } from "./grants.ts";
import { OPERATOR_CHECKS } from "./operators.ts";
import { PRINCIPAL_CHECKS } from "./principals.ts";
import { REFUSED } from "./refused.ts";
import { RESOURCE_CHECKS } from "./resources.ts";
import { SEMANTIC_CHECKS } from "./semantics.ts";
import { SID_CHECKS } from "./sids.ts";
import { STRUCTURE_CHECKS } from "./structure.ts";
import { TAG_CHECKS } from "./tags.ts";
import { VARIABLE_CHECKS } from "./variables.ts";

export interface LintOptions {
  readonly kind: PolicyKind;
  /** Without it, names of actions, resources and keys of services are not checked. */
  readonly services?: Services | undefined;
  /** Issue codes of the checks to run; all by default. Syntax is always checked. */
  readonly codes?: ReadonlySet<string> | undefined;
  /** 200 by default. */
  readonly maxFindings?: number | undefined;
}

export interface LintResult {
  /** In the order of the text; of one place, errors first. */
  readonly findings: readonly PolicyFinding[];
  /** There are more findings. */
  readonly truncated: boolean;
}

/** Every check there is but that of JSON's syntax, which comes before all. */
export const CHECKS: readonly Check[] = [
  ...STRUCTURE_CHECKS,
  ...TYPE_CHECKS,
  ...SID_CHECKS,
  ...KIND_CHECKS,
  ...PRINCIPAL_CHECKS,
  ...ACTION_CHECKS,
  ...RESOURCE_CHECKS,
  ...KEY_CHECKS,
  ...OPERATOR_CHECKS,
  ...VALUE_CHECKS,
  ...LOGIC_CHECKS,
  ...VARIABLE_CHECKS,
  ...GRANT_CHECKS,
  ...TAG_CHECKS,
  ...SEMANTIC_CHECKS,
].map(withCode);

/** Characters of a document that is looked at; quotas allow some 20,000. */
const MOST_CHARACTERS = 65_536;
const MOST_FINDINGS = 200;

/**
 * What is wrong with a policy document, or could be better, as Access Analyzer's ValidatePolicy has
 * it. A document without an ERROR is one that `parsePolicy` accepts. Never throws; any text will
 * do.
 */
export function lintPolicy(text: string, options: LintOptions): LintResult {
  const { kind, services, codes, maxFindings = MOST_FINDINGS } = options;
  if (text.length > MOST_CHARACTERS) return syntaxError(text, TOO_LARGE, 0, 0);
  const { root, fault } = readJsonTree(text);
  const start = text.search(INVALID_CHARACTER);
  if (fault !== undefined && (start < 0 || fault.span.start < start))
    return syntaxError(text, fault.reason, fault.span.start, fault.span.start);
  if (root === undefined || start >= 0) return syntaxError(text, NEEDS_ESCAPE, start, start + 1);
  const document = lintDocument(text, root, kind, services);
  const positionOf = positionsIn(text);
  const findings: PolicyFinding[] = [];
  const run = (check: Check): void => {
    for (const found of check.find(document)) {
      if (findings.length > maxFindings) return;
      if (found !== undefined) findings.push(findingOf(check, found, positionOf));
    }
  };
  const checks = codes === undefined ? CHECKS : CHECKS.filter(({ code }) => codes.has(code));
  for (const check of checks) if (check.isSemantic === undefined) run(check);
  if (codes === undefined && !findings.some(({ findingType }) => findingType === "ERROR"))
    run(withCode(REFUSED));
  for (const check of checks) if (check.isSemantic === true) run(check);
  findings.sort((a, b) => startOf(a) - startOf(b) || RANKS[a.findingType] - RANKS[b.findingType]);
  return { findings: findings.slice(0, maxFindings), truncated: findings.length > maxFindings };
}

type PositionOf = ReturnType<typeof positionsIn>;

const RANKS: Readonly<Record<FindingType, number>> = {
  ERROR: 0,
  SECURITY_WARNING: 1,
  WARNING: 2,
  SUGGESTION: 3,
};

const startOf = ({ locations }: PolicyFinding): number => locations[0]?.span.start.offset ?? 0;

const TOO_LARGE = `The document has more than ${MOST_CHARACTERS} characters.`;
const NEEDS_ESCAPE =
  "A policy's characters are tab, line feed, carriage return and U+0020 to U+00FF; others are written as escapes.";

const SYNTAX = withCode({
  title: "JSON syntax error",
  type: "ERROR",
  find: () => [],
});

function syntaxError(text: string, reason: string, start: number, end: number): LintResult {
  const positionOf = positionsIn(text);
  const { line, column, offset } = positionOf(start);
  // Access Analyzer counts columns from 0.
  const details = `Fix the JSON syntax error at index ${offset} line ${line} column ${column - 1}. ${reason}`;
  const at: LocatedNode = { node: { type: "null", value: "", start, end }, path: [] };
  return { findings: [findingOf(SYNTAX, { at, details }, positionOf)], truncated: false };
}

function findingOf(
  check: Check,
  { at, details, fixes = [] }: Found,
  positionOf: PositionOf,
): PolicyFinding {
  const places: readonly LocatedNode[] = "node" in at ? [at] : at;
  return {
    findingType: check.type,
    issueCode: check.code,
    title: check.title,
    findingDetails: details,
    learnMoreLink: learnMoreLink(check),
    locations: places.map(({ node, path }) => ({
      path,
      span: { start: positionOf(node.start), end: positionOf(node.end) },
    })),
    fixes,
  };
}
