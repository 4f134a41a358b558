import { type FixedKeys, solveConditions } from "../condition/solve-conditions.ts";
import { actionCodes, type Codes, RESOURCES, resourceCodes } from "../pattern/codes.ts";
import type { Effort } from "../pattern/effort.ts";
import { findWitnesses } from "../pattern/search.ts";
import {
  coversSyntactically,
  type Element,
  isDisjointSyntactically,
} from "../pattern/syntactic-cover.ts";
import { type RequestSet, requestSetOf } from "../solve/request-set.ts";
import { solve } from "../solve/solve.ts";
import { policySet, type StatementModel } from "../statement/statements.ts";
import { type CheckRule, ofStatements } from "./check.ts";
import {
  type Found,
  type LintDocument,
  type LintStatement,
  memberAt,
  type Patterns,
} from "./document.ts";
import { removeItem } from "./fix.ts";
import { parsedOf } from "./parsed.ts";

/** The budget of one semantic check. Beyond it a finding may be missing, but none is wrong. */
const EFFORT = 400_000;

/** Each is compared with each. A document within quotas has fewer. */
const MOST_STATEMENTS = 400;

/** Checks by the meaning of statements. They run on documents that the engine accepts. */
export const SEMANTIC_CHECKS: readonly CheckRule[] = [
  {
    title: "Redundant action",
    type: "SUGGESTION",
    isSemantic: true,
    find: ofStatements(function* ({ actions }) {
      if (actions === undefined) return;
      yield* redundant(
        actions,
        [],
        actionCodes,
        (text) => text.toLowerCase(),
        (texts) =>
          `The ${texts.length} action(s) are redundant because they provide similar permissions. Update the policy to remove the redundant action such as: ${texts[0]}.`,
      );
    }),
  },
  {
    title: "Redundant resource",
    type: "SUGGESTION",
    isSemantic: true,
    find: ofStatements(function* ({ resources, effect }, { version }) {
      if (resources === undefined) return;
      const variables = version === "2012-10-17";
      const loose = (effect === "Deny") === !resources.except;
      const codes = (text: string) => {
        const found = resourceCodes(text, variables, loose);
        return found.variables ? undefined : found.codes;
      };
      yield* redundant(
        resources,
        RESOURCES,
        codes,
        (text) => text,
        (texts) =>
          `The ${texts.length} resource ARN(s) are redundant because they reference the same resource. Review the use of wildcards (*) in ${texts[0]}.`,
      );
    }),
  },
  {
    title: "Redundant statement",
    type: "SUGGESTION",
    isSemantic: true,
    *find(document) {
      const requestSets = requestSetsOf(document);
      const effort: Effort = { left: EFFORT };
      const gone = new Set<RequestSet>();
      // From the last on, so that of two alike the first stays.
      for (const one of [...requestSets].reverse()) {
        const others = requestSets.filter(
          (requestSet) =>
            requestSet !== one &&
            !gone.has(requestSet) &&
            hasSameEffectAndPrincipal(requestSet.statement, one.statement) &&
            meets(requestSet, one),
        );
        if (others.length === 0 || !isCovered(one, others, effort) || isUnsatisfiable(one, effort))
          continue;
        gone.add(one);
        const statement = document.statements[one.statement.index];
        if (statement === undefined) continue;
        yield {
          at: statement,
          details:
            "The statement is redundant because other statements provide all of its permissions. Update the policy to remove the redundant statement.",
          fixes: fixOf(document, statement),
        };
      }
    },
  },
  {
    title: "Ineffective statement",
    type: "WARNING",
    page: "reference_policies_evaluation-logic",
    isSemantic: true,
    find: ofRequestSets(function* (one, statement, effort, requestSets) {
      if (one.statement.effect === "Deny") return;
      const denies = requestSets.filter(
        (requestSet) =>
          requestSet.statement.effect === "Deny" &&
          coversPrincipals(requestSet.statement, one.statement) &&
          meets(requestSet, one),
      );
      if (denies.length === 0 || isUnsatisfiable(one, effort) || !isCovered(one, denies, effort))
        return;
      yield {
        at: statement,
        details: "This statement allows nothing: Deny statements of the policy deny all of it.",
      };
    }),
  },
  {
    title: "Condition never true",
    type: "WARNING",
    page: "reference_policies_elements_condition",
    isSemantic: true,
    find: ofRequestSets(function* (one, { members, path }, effort) {
      const condition = members.get("Condition")?.value;
      if (condition === undefined || !isUnsatisfiable(one, effort)) return;
      yield {
        at: memberAt(path, "Condition", condition),
        details: "No request meets this condition, and the statement never applies.",
      };
    }),
  },
  {
    title: "Condition always true",
    type: "WARNING",
    page: "reference_policies_elements_condition",
    isSemantic: true,
    find: ofRequestSets(function* ({ predicates }, { conditions }, effort) {
      for (const [at, predicate] of predicates.entries()) {
        const condition = conditions[at];
        if (condition === undefined || predicate.variables.length > 0) continue;
        if (solveConditions([], [[predicate]], NO_KEYS, effort).status !== "none") continue;
        yield {
          at: condition,
          details: "Every request meets this condition, and it does not affect the policy.",
        };
      }
    }),
  },
];

const NO_KEYS: FixedKeys = new Map();

/** A check of one statement at a time, as a set of requests among all of the document. */
function ofRequestSets(
  find: (
    one: RequestSet,
    statement: LintStatement,
    effort: Effort,
    requestSets: readonly RequestSet[],
  ) => Iterable<Found>,
): CheckRule["find"] {
  return function* (document) {
    const effort: Effort = { left: EFFORT };
    const requestSets = requestSetsOf(document);
    for (const one of requestSets) {
      const statement = document.statements[one.statement.index];
      if (statement !== undefined) yield* find(one, statement, effort, requestSets);
    }
  };
}

/** Several checks of one document read it. */
const REQUEST_SETS = new WeakMap<LintDocument, readonly RequestSet[]>();

/** The parsed policy as sets of requests; none if the engine refuses it or it is too long. */
function requestSetsOf(document: LintDocument): readonly RequestSet[] {
  const known = REQUEST_SETS.get(document) ?? readRequestSets(document);
  REQUEST_SETS.set(document, known);
  return known;
}

function readRequestSets(document: LintDocument): readonly RequestSet[] {
  const parsed = parsedOf(document);
  if (!parsed.ok || document.statements.length > MOST_STATEMENTS) return [];
  const { allows, denies } = policySet([parsed.policy], document.kind);
  return [...allows, ...denies].sort((a, b) => a.index - b.index).map(requestSetOf);
}

/** Whether each request of a set is in one of the others. */
const isCovered = (one: RequestSet, outside: readonly RequestSet[], effort: Effort): boolean =>
  solve({ within: [one], outside, fixed: NO_KEYS }, effort).status === "none";

function meets(one: RequestSet, other: RequestSet): boolean {
  return (
    !isDisjointSyntactically(one.action, other.action) &&
    !isDisjointSyntactically(one.resource, other.resource)
  );
}

/** Whether statements of the same effect are of the same principals. */
function hasSameEffectAndPrincipal(one: StatementModel, other: StatementModel): boolean {
  return (
    one.effect === other.effect && JSON.stringify(one.principal) === JSON.stringify(other.principal)
  );
}

function coversPrincipals(deny: StatementModel, allow: StatementModel): boolean {
  if (
    allow.principal === undefined ||
    JSON.stringify(deny.principal) === JSON.stringify(allow.principal)
  )
    return true;
  return deny.principal?.everyone === true && deny.principal.match === "only";
}

function isUnsatisfiable({ predicates }: RequestSet, effort: Effort): boolean {
  return (
    predicates.length > 0 && solveConditions(predicates, [], NO_KEYS, effort).status === "none"
  );
}

function fixOf({ members }: LintDocument, { node }: LintStatement) {
  const list = members.get("Statement")?.value;
  const fix = list?.type === "array" ? removeItem("Remove the statement", list, node) : undefined;
  return fix === undefined ? [] : [fix];
}

/** Patterns of a list that the others cover. */
function* redundant(
  { texts, node }: Patterns,
  universe: readonly Codes[],
  codesOf: (text: string) => Codes | undefined,
  keyOf: (text: string) => string,
  describe: (texts: readonly string[]) => string,
): Generator<Found> {
  if (texts.length < 2 || node.type !== "array") return;
  const effort: Effort = { left: EFFORT / 4 };
  const left = new Set(texts);
  const found: (typeof texts)[number][] = [];
  for (const one of [...texts].reverse()) {
    effort.left -= left.size;
    if (effort.left <= 0) break;
    const others = [...left].filter((text) => text !== one);
    if (
      others.length > 0 &&
      covered(
        keyOf(one.text),
        others.map(({ text }) => keyOf(text)),
        universe,
        codesOf,
        effort,
      )
    ) {
      left.delete(one);
      found.unshift(one);
    }
  }
  if (found.length === 0) return;
  const fixes = found.flatMap((text) => removeItem(`Remove "${text.text}"`, node, text.node) ?? []);
  yield { at: found, details: describe(found.map(({ text }) => text)), fixes };
}

function covered(
  one: string,
  others: readonly string[],
  universe: readonly Codes[],
  codesOf: (text: string) => Codes | undefined,
  effort: Effort,
): boolean {
  const element = (patterns: readonly string[]): Element => ({
    match: "only",
    patterns,
    variables: true,
    loose: false,
  });
  if (coversSyntactically(element(others), element([one]))) return true;
  const near = others.filter((other) => !isDisjointSyntactically(element([other]), element([one])));
  // Most patterns have no near one.
  if (near.length === 0) return false;
  const codes = codesOf(one);
  if (codes === undefined) return false;
  const outside = near.map(codesOf).filter((other) => other !== undefined);
  const groups = [
    ...(universe.length === 0 ? [] : [{ patterns: universe, hit: true }]),
    { patterns: [codes], hit: true },
    { patterns: outside, hit: false },
  ];
  return findWitnesses(groups, effort)?.length === 0;
}
