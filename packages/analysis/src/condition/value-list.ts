import type { Effort } from "../pattern/effort.ts";
import { comparesTo, type Literal } from "./predicate.ts";

/** The result of one element's comparison. */
type Result = "yes" | "no" | "undecided";

/** What all elements of a list, or some element, must give. */
interface Requirement {
  readonly of: "all" | "some";
  readonly results: readonly Result[];
}

/**
 * A list of values that meets the literals. What a list means to a predicate is put as requirements
 * on its elements (the engine's `isSatisfiedBySet` says the same). Undefined if there is none, or
 * if the effort is used up.
 *
 * @param values meet each combination of the predicates that any value meets
 */
export function findList(
  values: readonly string[],
  literals: readonly Literal[],
  effort: Effort,
): readonly string[] | undefined {
  const elements = differentElements(values, literals, effort);
  for (const way of waysOf(literals, effort)) {
    const fits = elements.filter(({ results }) =>
      way.every(([at, { of, results: wanted }]) => of === "some" || wanted.includes(results[at]!)),
    );
    effort.left -= elements.length * way.length;
    const chosen = way
      .filter(([, { of }]) => of === "some")
      .map(([at, { results: wanted }]) =>
        fits.find(({ results }) => wanted.includes(results[at]!)),
      );
    const [first] = fits;
    if (first === undefined || chosen.includes(undefined)) continue;
    const list = new Set(chosen.map((element) => element!.value));
    return list.size === 0 ? [first.value] : [...list];
  }
  return undefined;
}

interface Element {
  readonly value: string;
  /** By literal. */
  readonly results: readonly Result[];
}

/** Of values with the same results, the first. */
function differentElements(
  values: readonly string[],
  literals: readonly Literal[],
  effort: Effort,
): readonly Element[] {
  const seen = new Map<string, Element>();
  for (const value of values) {
    effort.left -= literals.length;
    const results = literals.map(({ predicate }): Result => {
      const matches = comparesTo(predicate, value);
      return matches === undefined ? "undecided" : matches ? "yes" : "no";
    });
    const key = results.join();
    if (!seen.has(key)) seen.set(key, { value, results });
  }
  return [...seen.values()];
}

/** Requirements on elements, each with the index of its literal, that together are enough. */
type Way = readonly (readonly [number, Requirement])[];

/** All ways in which a list meets the literals; none if the effort is used up. */
function waysOf(literals: readonly Literal[], effort: Effort): readonly Way[] {
  let ways: readonly Way[] = [[]];
  for (const [at, literal] of literals.entries()) {
    const alternatives = requirementsOf(literal);
    ways = ways.flatMap((way) =>
      alternatives.map((requirements) => [
        ...way,
        ...requirements.map((requirement) => [at, requirement] as const),
      ]),
    );
    effort.left -= ways.length;
    if (effort.left <= 0) return [];
  }
  return ways;
}

/** The ways in which a list makes a predicate what it is wanted to be. */
function requirementsOf({
  predicate: { clause, denies },
  holds,
}: Literal): readonly (readonly Requirement[])[] {
  const all = (...results: Result[]): Requirement => ({ of: "all", results });
  const some = (...results: Result[]): Requirement => ({ of: "some", results });
  // Whether the key is there is all that `Null` asks.
  if (clause.testsPresence) return [[]];
  if (clause.quantifier === "ForAnyValue" && !denies)
    return holds
      ? [[all("yes", "no"), some("yes")]]
      : [[some("undecided")], [all("no", "undecided")]];
  if (clause.quantifier === "ForAllValues" && denies)
    return holds ? [[all("yes")], [some("undecided")]] : [[all("yes", "no"), some("no")]];
  if (denies) return holds ? [[some("yes", "undecided")]] : [[all("no")]];
  return holds ? [[all("yes")]] : [[some("no", "undecided")]];
}
