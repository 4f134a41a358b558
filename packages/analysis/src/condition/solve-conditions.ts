import type { ContextValue } from "@portcullis/policy";
import { cached } from "../collection/cached.ts";
import { grouped } from "../collection/grouped.ts";
import type { Effort } from "../pattern/effort.ts";
import type { Candidates } from "./candidates.ts";
import { candidatesFor } from "./context-values.ts";
import { holdsOf, implies, type Literal, type Predicate } from "./predicate.ts";
import { findList } from "./value-list.ts";

/** What of a context is decided elsewhere: a key's value, undefined for a key that is absent. */
export type FixedKeys = ReadonlyMap<string, readonly (ContextValue | undefined)[]>;

export type Solution =
  | {
      readonly status: "found";
      readonly context: { readonly [key: string]: ContextValue };
      /** Predicates with policy variables were taken to be free: the context may not do. */
      readonly approximate: boolean;
    }
  | { readonly status: "none" }
  | { readonly status: "unknown" };

/**
 * A context in which all of some predicates hold, and of each further list at least one does not.
 * Keys are independent of one another. "None" is proved.
 */
export function solveConditions(
  all: readonly Predicate[],
  lists: readonly (readonly Predicate[])[],
  fixed: FixedKeys,
  effort: Effort,
): Solution {
  const open: (readonly Predicate[])[] = [];
  for (const list of lists) {
    const left = list.filter((predicate) => !all.some((one) => implies(one, predicate)));
    if (left.length === 0) return { status: "none" };
    open.push(left);
  }
  open.sort((a, b) => a.length - b.length);
  const search: Search = {
    keys: keysOf([...all, ...open.flat()]),
    fixed,
    effort,
    solved: new Map(),
    incomplete: false,
  };
  const found = choose(
    search,
    all.map((predicate) => ({ predicate, holds: true })),
    open,
  );
  if (found !== undefined) return found;
  return { status: search.incomplete || effort.left <= 0 ? "unknown" : "none" };
}

interface Search {
  /** The predicates of each key that have no policy variables. */
  readonly keys: ReadonlyMap<string, KeyValues>;
  readonly fixed: FixedKeys;
  readonly effort: Effort;
  readonly solved: Map<string, KeySolution>;
  incomplete: boolean;
}

interface KeyValues {
  readonly predicates: readonly Predicate[];
  candidates: Candidates | undefined;
}

function keysOf(predicates: readonly Predicate[]): ReadonlyMap<string, KeyValues> {
  const plain = predicates.filter(({ variables }) => variables.length === 0);
  const byKey = grouped(plain, ({ clause }) => clause.key);
  return new Map([...byKey].map(([key, own]) => [key, { predicates: own, candidates: undefined }]));
}

/** Takes one predicate of each open list to be false, in all ways, until one works. */
function choose(
  search: Search,
  literals: readonly Literal[],
  open: readonly (readonly Predicate[])[],
): Solution | undefined {
  if (search.effort.left <= 0) return undefined;
  const context = contextFor(search, literals);
  if (context === undefined) return undefined;
  const [list, ...others] = open;
  if (list === undefined) {
    const approximate = literals.some(({ predicate }) => predicate.variables.length > 0);
    return { status: "found", context, approximate };
  }
  for (const predicate of list) {
    const found = choose(search, [...literals, { predicate, holds: false }], others);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Undefined: no context meets the literals, or none was found and the search is marked incomplete.
 */
function contextFor(
  search: Search,
  literals: readonly Literal[],
): { [key: string]: ContextValue } | undefined {
  const context: [string, ContextValue][] = [];
  for (const [key, own] of grouped(literals, ({ predicate }) => predicate.clause.key)) {
    search.effort.left -= own.length;
    if (contradict(own)) return undefined;
    const plain = own.filter(({ predicate }) => predicate.variables.length === 0);
    if (plain.length === 0 && !search.fixed.has(key)) continue;
    const solution = solveKey(search, key, plain);
    if (solution === "none") return undefined;
    if (solution.value !== undefined) context.push([key, solution.value]);
  }
  return Object.fromEntries(context);
}

function contradict(literals: readonly Literal[]): boolean {
  const wrong = literals.filter((literal) => !literal.holds);
  return wrong.some(({ predicate }) =>
    literals.some((literal) => literal.holds && implies(literal.predicate, predicate)),
  );
}

type KeySolution = { readonly value: ContextValue | undefined } | "none";

function solveKey(search: Search, key: string, literals: readonly Literal[]): KeySolution {
  const name = JSON.stringify([
    key,
    literals.map(({ predicate: { id, denies }, holds }) => [id, denies, holds]),
  ]);
  return cached(search.solved, name, () => tryValues(search, key, literals));
}

function tryValues(search: Search, key: string, literals: readonly Literal[]): KeySolution {
  const { effort } = search;
  const meets = (value: ContextValue | undefined): boolean => {
    effort.left -= literals.length;
    return literals.every(({ predicate, holds }) => holdsOf(predicate, value) === holds);
  };
  const given = search.fixed.get(key);
  if (given !== undefined) {
    const value = given.find(meets);
    return value !== undefined || (given.includes(undefined) && meets(undefined))
      ? { value }
      : "none";
  }
  if (meets(undefined)) return { value: undefined };
  const values = search.keys.get(key);
  if (values === undefined) return "none";
  values.candidates ??= candidatesFor(values.predicates, effort);
  const { values: texts, complete } = values.candidates;
  const value = texts.find(meets) ?? findList(texts, literals, effort);
  if (value !== undefined && meets(value)) return { value };
  if (!complete) search.incomplete = true;
  return "none";
}
