import { coversAction } from "../match/action-list.ts";
import type { PrefixEntry } from "../match/pattern-tree.ts";
import { sharedLength } from "../match/pattern-tree-builder.ts";
import { type Glob, matchesGlob } from "../match/wildcard.ts";
import type { Work } from "../match/work.ts";
import type { Effect } from "../model/policy.ts";
import { type CompiledStatement, resourceTreeOf } from "./statement.ts";

/** A policy's statements, and a cache of those that cover an action. */
export interface StatementsByAction {
  readonly statements: readonly CompiledStatement[];
  /** The distinct patterns of its Action and NotAction elements. */
  readonly actionPatterns: readonly Glob[];
  /** By action as requests spell it. Only `statementsByAction` reads and writes it. */
  readonly actionCache: Map<string, ActionStatements>;
}

/** The statements of one policy that cover one action. */
export interface ActionStatements {
  /** Undefined if they have so many resource patterns that the policy's index is faster. */
  readonly smallSet: SmallSet | undefined;
  /** 1 at the index of each statement that covers the action. */
  readonly marks: Uint8Array;
}

/** Few resource patterns: comparing each with the resource is faster than the index. */
export interface SmallSet {
  readonly candidates: readonly Candidate[];
  /** Index at which the patterns' prefixes differ first: one character rules out most of them. */
  readonly firstDifference: number;
}

/** A statement with one of the literal prefixes of its resource patterns. */
export interface Candidate {
  readonly statement: CompiledStatement;
  readonly effect: Effect;
  /** Undefined if the statement has a NotResource element. */
  readonly entry: PrefixEntry<true> | undefined;
  /** The prefix's character code at `firstDifference`; NaN if the prefix ends before it. */
  readonly codeAtDifference: number;
}

const SMALL_SET_PATTERNS = 16;
/** Bounded, because callers choose the action names. More than a service definition has. */
const CACHED_ACTIONS = 200;

/**
 * The statements that cover an action. Cached, because a service has few actions.
 *
 * @throws {RangeError} if it takes more steps than are left
 */
export function statementsByAction(
  { actionCache, actionPatterns, statements }: StatementsByAction,
  action: string,
  work: Work,
): ActionStatements {
  const cached = actionCache.get(action);
  if (cached !== undefined) return cached;
  const lower = action.toLowerCase();
  const matching = new Set(
    actionPatterns.filter((pattern) => matchesGlob(pattern, lower, 0, lower.length, 0, work)),
  );
  const marks = new Uint8Array(statements.length);
  const covering: CompiledStatement[] = [];
  let patterns = 0;
  for (const [index, statement] of statements.entries()) {
    if (!coversAction(statement.actions, matching)) continue;
    marks[index] = 1;
    covering.push(statement);
    patterns += statement.resource.patterns.length;
  }
  const smallSet = patterns <= SMALL_SET_PATTERNS ? smallSetOf(covering) : undefined;
  const found = { marks, smallSet };
  if (actionCache.size >= CACHED_ACTIONS) actionCache.clear();
  actionCache.set(action, found);
  return found;
}

function smallSetOf(statements: readonly CompiledStatement[]): SmallSet {
  const found = statements.flatMap(candidatesOf);
  const prefixes = found.flatMap(({ entry }) => entry?.prefix ?? []).sort();
  const last = prefixes.at(-1) ?? "";
  // A prefix of the last one ends before any difference from it.
  const different = prefixes.find((prefix) => !last.startsWith(prefix)) ?? "";
  const firstDifference = sharedLength(different, last, 0);
  const codeAtDifference = (entry: Candidate["entry"]) =>
    entry?.prefix.charCodeAt(firstDifference) ?? Number.NaN;
  return {
    firstDifference,
    candidates: found.map((candidate) => ({
      ...candidate,
      codeAtDifference: codeAtDifference(candidate.entry),
    })),
  };
}

function candidatesOf(
  statement: CompiledStatement,
): readonly Omit<Candidate, "codeAtDifference">[] {
  const { effect } = statement;
  if (statement.resource.match === "except") return [{ statement, effect, entry: undefined }];
  return resourceTreeOf(statement).prefixes.map((entry) => ({ statement, effect, entry }));
}
