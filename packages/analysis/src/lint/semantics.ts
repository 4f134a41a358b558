import { type FixedKeys, solveConditions } from "../condition/solve-conditions.ts";
import { actionCodes, type Codes, RESOURCES, resourceCodes } from "../pattern/codes.ts";
import type { Effort } from "../pattern/effort.ts";
import { findWitnesses } from "../pattern/search.ts";
import {
  coversSyntactically,
  type Element,
  isDisjointSyntactically,
} from "../pattern/syntactic-cover.ts";
import type { RequestSet } from "../solve/request-set.ts";
import { solve } from "../solve/solve.ts";
import { type CheckRule, ofStatements } from "./check.ts";
import type { Found, Patterns } from "./document.ts";
import { removeItem } from "./fix.ts";

/** The budget of one semantic check. Beyond it a finding may be missing, but none is wrong. */
const EFFORT = 400_000;

/** Checks by the meaning of statements. They run on documents that the engine accepts. */
export const SEMANTIC_CHECKS: readonly CheckRule[] = [
  {
    title: "Redundant action",
    type: "SUGGESTION",
    isSemantic: true,
    find: ofStatements(({ actions }) =>
      redundant(
        actions,
        [],
        actionCodes,
        (text) => text.toLowerCase(),
        (texts) =>
          `The ${texts.length} action(s) are redundant because they provide similar permissions. Update the policy to remove the redundant action such as: ${texts[0]}.`,
      ),
    ),
  },
  {
    title: "Redundant resource",
    type: "SUGGESTION",
    isSemantic: true,
    find: ofStatements(({ resources, effect }, { variables }) => {
      const loose = (effect === "Deny") === (resources?.except === false);
      return redundant(
        resources,
        RESOURCES,
        (text) => {
          const found = resourceCodes(text, variables, loose);
          return found.variables ? undefined : found.codes;
        },
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
      const effort: Effort = { left: EFFORT };
      const gone = new Set<RequestSet>();
      // From the last on, so that of two alike the first stays.
      for (const [one, statement, all] of [...document.requestSets()].reverse()) {
        const others = all.filter(
          (other) =>
            other !== one &&
            !gone.has(other) &&
            other.statement.effect === one.statement.effect &&
            hasSamePrincipal(other, one) &&
            meets(other, one),
        );
        if (!isCovered(one, others, effort)) continue;
        gone.add(one);
        const list = document.elements.get("Statement")?.node;
        yield {
          at: statement,
          details:
            "The statement is redundant because other statements provide all of its permissions. Update the policy to remove the redundant statement.",
          fixes:
            list?.type === "array" ? removeItem("Remove the statement", list, statement.node) : [],
        };
      }
    },
  },
  {
    title: "Ineffective statement",
    type: "WARNING",
    page: "reference_policies_evaluation-logic",
    isSemantic: true,
    *find(document) {
      const effort: Effort = { left: EFFORT };
      for (const [one, at, all] of document.requestSets()) {
        if (one.statement.effect === "Deny") continue;
        const denies = all.filter(
          (other) =>
            other.statement.effect === "Deny" && coversPrincipals(other, one) && meets(other, one),
        );
        const details =
          "This statement allows nothing: Deny statements of the policy deny all of it.";
        if (isCovered(one, denies, effort)) yield { at, details };
      }
    },
  },
  {
    title: "Condition never true",
    type: "WARNING",
    page: "reference_policies_elements_condition",
    isSemantic: true,
    *find(document) {
      const effort: Effort = { left: EFFORT };
      for (const [one, { elements }] of document.requestSets()) {
        const at = elements.get("Condition");
        const details = "No request meets this condition, and the statement never applies.";
        if (at !== undefined && isUnsatisfiable(one, effort)) yield { at, details };
      }
    },
  },
  {
    title: "Condition always true",
    type: "WARNING",
    page: "reference_policies_elements_condition",
    isSemantic: true,
    *find(document) {
      const effort: Effort = { left: EFFORT };
      for (const [{ predicates }, { conditions }] of document.requestSets()) {
        for (const [index, predicate] of predicates.entries()) {
          const at = conditions[index];
          if (at === undefined || predicate.variables.length > 0) continue;
          if (solveConditions([], [[predicate]], NO_KEYS, effort).status !== "none") continue;
          const details = "Every request meets this condition, and it does not affect the policy.";
          yield { at, details };
        }
      }
    },
  },
];

const NO_KEYS: FixedKeys = new Map();

/** Whether a set has requests, and each of them is in one of the others. */
const isCovered = (one: RequestSet, others: readonly RequestSet[], effort: Effort): boolean =>
  others.length > 0 &&
  solve({ within: [one], outside: others, fixed: NO_KEYS }, effort).status === "none" &&
  !isUnsatisfiable(one, effort);

const meets = (one: RequestSet, other: RequestSet): boolean =>
  !isDisjointSyntactically(one.action, other.action) &&
  !isDisjointSyntactically(one.resource, other.resource);

const hasSamePrincipal = ({ statement: one }: RequestSet, { statement: other }: RequestSet) =>
  JSON.stringify(one.principal) === JSON.stringify(other.principal);

/** Whether a deny is of all principals that an allow is of. */
function coversPrincipals(deny: RequestSet, allow: RequestSet): boolean {
  const { principal } = deny.statement;
  if (allow.statement.principal === undefined || hasSamePrincipal(deny, allow)) return true;
  return principal?.everyone === true && principal.match === "only";
}

const isUnsatisfiable = ({ predicates }: RequestSet, effort: Effort): boolean =>
  predicates.length > 0 && solveConditions(predicates, [], NO_KEYS, effort).status === "none";

/** The patterns of a list that the others cover. */
function redundant(
  element: Patterns | undefined,
  universe: readonly Codes[],
  codesOf: (text: string) => Codes | undefined,
  keyOf: (text: string) => string,
  describe: (texts: readonly string[]) => string,
): Found | undefined {
  if (element?.node.type !== "array" || element.texts.length < 2) return undefined;
  const { texts, node } = element;
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
  if (found.length === 0) return undefined;
  const fixes = found.flatMap((text) => removeItem(`Remove "${text.text}"`, node, text.node));
  return { at: found, details: describe(found.map(({ text }) => text)), fixes };
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
