import type { ContextValue } from "@portcullis/policy";
import { isSatisfied } from "@portcullis/policy";
import { grouped } from "../collection/grouped.ts";
import type { Effort } from "../pattern/effort.ts";
import type { Candidates } from "./candidates.ts";
import { candidatesFor } from "./context-values.ts";
import { implies, type Predicate } from "./predicate.ts";

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

interface Literal {
  readonly predicate: Predicate;
  readonly holds: boolean;
}

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
  const known = search.solved.get(name);
  if (known !== undefined) return known;
  const solution = tryValues(search, key, literals);
  search.solved.set(name, solution);
  return solution;
}

function tryValues(search: Search, key: string, literals: readonly Literal[]): KeySolution {
  const meets = (value: ContextValue | undefined): boolean => {
    search.effort.left -= literals.length;
    const request = {
      ...UNBOUNDED,
      context: { get: (asked: string) => (asked === key ? value : undefined) },
    };
    return literals.every(
      (literal) => isSatisfied(literal.predicate.clause, request) === literal.holds,
    );
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
  values.candidates ??= candidatesFor(values.predicates, search.effort);
  const { values: texts, complete } = values.candidates;
  const single = texts.find(meets);
  if (single !== undefined) return { value: single };
  const several = findList(texts, literals, search.effort);
  if (several !== undefined && meets(several)) return { value: several };
  if (!complete) search.incomplete = true;
  return "none";
}

/**
 * What one element of a list must be, all of them or some of them: a set of results of its
 * comparison.
 */
type Result = "yes" | "no" | "undecided";
interface ElementRequirement {
  readonly of: "all" | "some";
  readonly results: readonly Result[];
}

/**
 * A list of values that meets the literals. What a list means to a predicate is put as demands on
 * its elements (the engine's `holdsOfValues` says the same); the values meet each combination that
 * any does.
 */
function findList(
  values: readonly string[],
  literals: readonly Literal[],
  effort: Effort,
): readonly string[] | undefined {
  const seen = new Map<string, { value: string; results: readonly Result[] }>();
  for (const value of values) {
    effort.left -= literals.length;
    const results = literals.map(({ predicate }) => resultOf(predicate, value));
    const key = results.join();
    if (!seen.has(key)) seen.set(key, { value, results });
  }
  const elements = [...seen.values()];
  let ways: readonly (readonly (readonly [number, ElementRequirement])[])[] = [[]];
  for (const [at, literal] of literals.entries()) {
    const alternatives = elementRequirements(literal);
    ways = ways.flatMap((way) =>
      alternatives.map((requirements) => [
        ...way,
        ...requirements.map((requirement) => [at, requirement] as const),
      ]),
    );
    effort.left -= ways.length;
    if (effort.left <= 0) return undefined;
  }
  for (const way of ways) {
    const fits = elements.filter(({ results }) =>
      way.every(
        ([at, requirement]) =>
          requirement.of === "some" || requirement.results.includes(results[at]!),
      ),
    );
    effort.left -= elements.length * way.length;
    const chosen = way
      .filter(([, requirement]) => requirement.of === "some")
      .map(([at, requirement]) =>
        fits.find(({ results }) => requirement.results.includes(results[at]!)),
      );
    if (fits.length === 0 || chosen.includes(undefined)) continue;
    const list = [...new Set(chosen.map((element) => element!.value))];
    return list.length === 0 ? [fits[0]!.value] : list;
  }
  return undefined;
}

function resultOf({ clause }: Predicate, value: string): Result {
  const matches = clause.compare(value, { ...UNBOUNDED, context: { get: () => undefined } });
  if (matches === undefined) return "undecided";
  return matches !== clause.negated ? "yes" : "no";
}

/** The ways in which a list makes a predicate what it is wanted to be. */
function elementRequirements({
  predicate,
  holds: wanted,
}: Literal): readonly (readonly ElementRequirement[])[] {
  const { clause, denies } = predicate;
  const all = (...results: Result[]): ElementRequirement => ({ of: "all", results });
  const some = (...results: Result[]): ElementRequirement => ({ of: "some", results });
  // Whether the key is there is all that `Null` asks.
  if (clause.testsPresence) return [[]];
  if (clause.quantifier === "ForAnyValue") {
    if (denies) return wanted ? [[some("yes", "undecided")]] : [[all("no")]];
    return wanted
      ? [[all("yes", "no"), some("yes")]]
      : [[some("undecided")], [all("no", "undecided")]];
  }
  if (clause.quantifier === "ForAllValues") {
    if (denies)
      return wanted ? [[all("yes")], [some("undecided")]] : [[all("yes", "no"), some("no")]];
    return wanted ? [[all("yes")]] : [[some("no", "undecided")]];
  }
  if (denies) return wanted ? [[some("yes", "undecided")]] : [[all("no")]];
  return wanted ? [[all("yes")]] : [[some("no", "undecided")]];
}

/** The effort bounds the work. */
const UNBOUNDED = { stepsLeft: Number.POSITIVE_INFINITY };
