import { type Clause, compileClause } from "./condition.ts";
import type { PolicyType, StatementReference } from "./decision.ts";
import { addPattern, type PatternTree, patternTree } from "./pattern-tree.ts";
import type { Effect, PatternElement, Policy, Statement } from "./policy.ts";
import { type CompiledPrincipal, compilePrincipal } from "./principal.ts";
import {
  addResourcePattern,
  parseResourcePattern,
  type ResourcePattern,
  type ResourceTree,
  resourceTree,
} from "./resource-tree.ts";
import { parseTemplate } from "./template.ts";

/** A policy made ready for evaluation; only the compiler makes one. */
export interface CompiledPolicy {
  readonly policyId: string;
  readonly type: PolicyType;
  /** What it was made from, for explanations. */
  readonly policy: Policy;
  readonly statements: readonly CompiledStatement[];
  /** The statements of each effect by action, then by resource; undefined when there are none. */
  readonly allows: StatementIndex | undefined;
  readonly denies: StatementIndex | undefined;
}

/** A statement made ready. */
export interface CompiledStatement {
  readonly reference: StatementReference;
  readonly effect: Effect;
  /** Undefined in policies of a principal: it speaks of its owner. */
  readonly principal: CompiledPrincipal | undefined;
  readonly clauses: readonly Clause[] | undefined;
  /** What the index leaves to be asked of each request: NotAction, NotResource, and very long lists. */
  readonly actions: Listed<PatternTree<true>> | undefined;
  readonly resources: Listed<ResourceTree<true>> | undefined;
}

/** Patterns of which one must match ("only") or none may ("except"). */
export interface Listed<T> {
  readonly match: "only" | "except";
  readonly tree: T;
}

export type StatementIndex = PatternTree<ActionBucket>;

/** The statements that share an action pattern. */
export interface ActionBucket {
  /** Those of any resource. */
  readonly anywhere: CompiledStatement[];
  /** Those of some. */
  resources: ResourceTree<CompiledStatement> | undefined;
}

export interface CompileOptions {
  /** What `StatementReference.policyId` is to be. */
  readonly policyId: string;
  readonly type: PolicyType;
  /**
   * The unique ids (`AIDA...`, `AROA...`) that principal ARNs of the document meant when it was stored. Such an ARN then
   * names only who still has that id: a re-created user or role is somebody else.
   */
  readonly principalIds?: ReadonlyMap<string, string>;
}

/** Makes a policy ready, in time linear in its length. */
export function compilePolicy(policy: Policy, options: CompileOptions): CompiledPolicy {
  const allows: Buckets = new Map();
  const denies: Buckets = new Map();
  const statements = policy.statements.map((statement, index) => {
    const draft = draftOf(statement, policy.version === "2012-10-17");
    const compiled = compileStatement(statement, index, draft, options);
    addToIndex(statement.effect === "Allow" ? allows : denies, draft, compiled);
    return compiled;
  });
  const { policyId, type } = options;
  return { policyId, type, policy, statements, allows: indexOf(allows), denies: indexOf(denies) };
}

/** Buckets by their action pattern, in lower case. */
type Buckets = Map<string, ActionBucket>;

/** By what a statement is found. */
interface Draft {
  readonly variables: boolean;
  readonly actions: readonly string[];
  /** Undefined: by any resource. */
  readonly resources: readonly ResourcePattern[] | undefined;
  readonly checkActions: boolean;
  readonly checkResources: boolean;
}

function draftOf(statement: Statement, variables: boolean): Draft {
  const { action, resource } = statement;
  const checkActions = action.match === "except";
  const actions = checkActions ? ["*"] : action.patterns;
  const places = actions.length * (resource?.patterns.length ?? 0);
  // INVARIANT: compiling is linear. Indexed is the product of both lists; where that outgrows their sum, only the
  // actions are, and the resources are asked statement by statement.
  const tooMany = places > 32 && places > 4 * (actions.length + (resource?.patterns.length ?? 0));
  const anywhere = resource === undefined || (resource.match === "only" && resource.patterns.includes("*"));
  const checkResources = !anywhere && (resource.match === "except" || tooMany);
  return {
    variables,
    actions,
    resources:
      anywhere || checkResources ? undefined : resourcePatterns(resource, statement.effect, variables),
    checkActions,
    checkResources,
  };
}

/** A match takes rights away in a deny's Resource and in an allow's NotResource. */
function resourcePatterns(
  element: PatternElement,
  effect: Effect,
  variables: boolean,
): readonly ResourcePattern[] {
  const loose = (effect === "Deny") === (element.match === "only");
  return element.patterns.map((pattern) => parseResourcePattern(pattern, variables, loose));
}

function compileStatement(
  statement: Statement,
  index: number,
  draft: Draft,
  options: CompileOptions,
): CompiledStatement {
  const { sid, effect, principal, action, resource, condition } = statement;
  const { policyId, type, principalIds = NO_IDS } = options;
  const place = { policyId, policyType: type, index };
  return {
    reference: sid === undefined ? place : { ...place, sid },
    effect,
    principal: principal && compilePrincipal(principal, effect, principalIds),
    clauses:
      condition.length === 0
        ? undefined
        : condition.map((entry) => compileClause(entry, effect, draft.variables)),
    actions: draft.checkActions ? { match: action.match, tree: actionElementTree(action) } : undefined,
    resources:
      draft.checkResources && resource !== undefined
        ? { match: resource.match, tree: resourceElementTree(resource, effect, draft.variables) }
        : undefined,
  };
}

const NO_IDS: ReadonlyMap<string, string> = new Map();

/** The patterns alone, without statements. */
export function actionElementTree(element: PatternElement): PatternTree<true> {
  const tree = patternTree<true>();
  for (const pattern of element.patterns)
    addPattern(tree, parseTemplate(pattern.toLowerCase(), true, false), true);
  return tree;
}

export function resourceElementTree(
  element: PatternElement,
  effect: Effect,
  variables: boolean,
): ResourceTree<true> {
  const tree = resourceTree<true>();
  for (const pattern of resourcePatterns(element, effect, variables)) addResourcePattern(tree, pattern, true);
  return tree;
}

function addToIndex(buckets: Buckets, draft: Draft, compiled: CompiledStatement): void {
  for (const action of draft.actions) {
    const pattern = action.toLowerCase();
    let bucket = buckets.get(pattern);
    if (bucket === undefined) {
      bucket = { anywhere: [], resources: undefined };
      buckets.set(pattern, bucket);
    }
    if (draft.resources === undefined) {
      bucket.anywhere.push(compiled);
      continue;
    }
    bucket.resources ??= resourceTree();
    for (const resource of draft.resources) addResourcePattern(bucket.resources, resource, compiled);
  }
}

function indexOf(buckets: Buckets): StatementIndex | undefined {
  if (buckets.size === 0) return undefined;
  const index = patternTree<ActionBucket>();
  for (const [pattern, bucket] of buckets) addPattern(index, parseTemplate(pattern, true, false), bucket);
  return index;
}
