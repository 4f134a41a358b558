import type { Policy } from "@portcullis/policy";
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
import { type Check, ofStatements } from "./check.ts";
import type { Found, LintDocument, LintStatement, Patterns } from "./document.ts";
import { removeItem } from "./fix.ts";
import { parsedOf } from "./parsed.ts";

/** The budget of one semantic check. Beyond it a finding may be missing, but none is wrong. */
const EFFORT = 400_000;

/** Each is compared with each. A document within quotas has fewer. */
const MOST_STATEMENTS = 400;

/** Checks by the meaning of statements. They run on documents that the engine accepts. */
export const SEMANTIC_CHECKS: readonly Check[] = [
  {
    code: "REDUNDANT_ACTION",
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
    code: "REDUNDANT_RESOURCE",
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
    code: "REDUNDANT_STATEMENT",
    type: "SUGGESTION",
    isSemantic: true,
    *find(document) {
      const model = modelOf(document);
      const effort: Effort = { left: EFFORT };
      const gone = new Set<RequestSet>();
      // From the last on, so that of two alike the first stays.
      for (const one of [...(model?.requestSets ?? [])].reverse()) {
        const others = model!.requestSets.filter(
          (requestSet) =>
            requestSet !== one &&
            !gone.has(requestSet) &&
            hasSameEffectAndPrincipal(requestSet.statement, one.statement) &&
            meets(requestSet, one),
        );
        if (
          others.length === 0 ||
          solve({ within: [one], outside: others, fixed: NO_KEYS }, effort).status !== "none"
        )
          continue;
        if (isUnsatisfiable(one, effort)) continue;
        gone.add(one);
        const statement = model!.statementOf(one);
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
    code: "INEFFECTIVE_STATEMENT",
    type: "WARNING",
    page: "reference_policies_evaluation-logic",
    isSemantic: true,
    *find(document) {
      const model = modelOf(document);
      const effort: Effort = { left: EFFORT };
      for (const one of model?.requestSets ?? []) {
        if (one.statement.effect === "Deny") continue;
        const denies = model!.requestSets.filter(
          (requestSet) =>
            requestSet.statement.effect === "Deny" &&
            coversPrincipals(requestSet.statement, one.statement) &&
            meets(requestSet, one),
        );
        if (denies.length === 0 || isUnsatisfiable(one, effort)) continue;
        if (solve({ within: [one], outside: denies, fixed: NO_KEYS }, effort).status !== "none")
          continue;
        const statement = model!.statementOf(one);
        if (statement === undefined) continue;
        yield {
          at: statement,
          details: "This statement allows nothing: Deny statements of the policy deny all of it.",
        };
      }
    },
  },
  {
    code: "CONDITION_NEVER_TRUE",
    type: "WARNING",
    page: "reference_policies_elements_condition",
    isSemantic: true,
    *find(document) {
      const model = modelOf(document);
      const effort: Effort = { left: EFFORT };
      for (const one of model?.requestSets ?? []) {
        if (!isUnsatisfiable(one, effort)) continue;
        const statement = model!.statementOf(one);
        const condition = statement?.members.get("Condition")?.value;
        if (statement === undefined || condition === undefined) continue;
        yield {
          at: { node: condition, path: [...statement.path, { key: "Condition" }] },
          details: "No request meets this condition, and the statement never applies.",
        };
      }
    },
  },
  {
    code: "CONDITION_ALWAYS_TRUE",
    type: "WARNING",
    page: "reference_policies_elements_condition",
    isSemantic: true,
    *find(document) {
      const model = modelOf(document);
      const effort: Effort = { left: EFFORT };
      for (const one of model?.requestSets ?? []) {
        const statement = model!.statementOf(one);
        if (statement === undefined) continue;
        for (const [at, predicate] of one.predicates.entries()) {
          const condition = statement.conditions[at];
          if (condition === undefined || predicate.variables.length > 0) continue;
          if (solveConditions([], [[predicate]], NO_KEYS, effort).status !== "none") continue;
          yield {
            at: condition,
            details: "Every request meets this condition, and it does not affect the policy.",
          };
        }
      }
    },
  },
];

const NO_KEYS: FixedKeys = new Map();

interface Model {
  readonly requestSets: readonly RequestSet[];
  statementOf(requestSet: RequestSet): LintStatement | undefined;
}

/** The parsed policy as sets of requests. */
function modelOf(document: LintDocument): Model | undefined {
  if (!MODELS.has(document)) MODELS.set(document, readModel(document));
  return MODELS.get(document);
}

/** Several checks of one document read it. */
const MODELS = new WeakMap<LintDocument, Model | undefined>();

function readModel(document: LintDocument): Model | undefined {
  const { kind, statements, members } = document;
  const parsed = parsedOf(document);
  if (!parsed.ok) return undefined;
  const list = members.get("Statement")?.value;
  if (list === undefined || statements.length > MOST_STATEMENTS) return undefined;
  const { allows, denies } = policySet([parsed.policy satisfies Policy], kind);
  const requestSets = [...allows, ...denies].sort((a, b) => a.index - b.index).map(requestSetOf);
  return { requestSets, statementOf: ({ statement }) => statements[statement.index] };
}

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
