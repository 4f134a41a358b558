import { parseTemplate, SEPARATOR } from "@portcullis/policy";
import { grouped } from "../collection/grouped.ts";
import {
  ANY_PART,
  ANY_REST,
  COLON,
  type Codes,
  codes,
  foldedCodes,
  separatesParts,
  templateCodes,
} from "../pattern/codes.ts";
import type { Effort } from "../pattern/effort.ts";
import { findWitnesses, type Group } from "../pattern/search.ts";
import { addressCandidates } from "./addresses.ts";
import type { Candidates } from "./candidates.ts";
import { instantCandidates, numberCandidates } from "./numbers.ts";
import { plainOperator } from "./operator-name.ts";
import type { Predicate } from "./predicate.ts";

/** Makes values of a key for predicates that compare it in one way. */
type Maker = (predicates: readonly Predicate[], effort: Effort) => Candidates;

const MAKERS: readonly (readonly [RegExp, Maker])[] = [
  [/^(?:String|Arn)/, textCandidates],
  [/^Numeric/, (predicates) => numberCandidates(wantedOf(predicates))],
  [/^Date/, (predicates) => instantCandidates(wantedOf(predicates))],
  [/IpAddress$/, (predicates) => addressCandidates(wantedOf(predicates))],
  [/^Bool$/, () => ({ values: ["true", "false"], complete: true })],
  [/^Binary/, binaryCandidates],
];

/** Undefined: for `Null`, which compares no values. */
function makerOf({ entry }: Predicate): Maker | undefined {
  const name = plainOperator(entry.operator);
  return MAKERS.find(([operators]) => operators.test(name))?.[1];
}

/**
 * Values of one key that meet each combination of the predicates which any value meets, as far as
 * the result is complete.
 *
 * @param predicates of that key, without policy variables
 */
export function candidatesFor(predicates: readonly Predicate[], effort: Effort): Candidates {
  const found = [...grouped(predicates, makerOf)].flatMap(
    ([make, own]) => make?.(own, effort) ?? [],
  );
  return {
    // No number, no date, no address, and the empty text, which set operators take for none.
    values: [...new Set(["x", "", ...found.flatMap(({ values }) => values)])],
    complete: found.length <= 1 && found.every(({ complete }) => complete),
  };
}

const wantedOf = (predicates: readonly Predicate[]): readonly string[] => [
  ...new Set(predicates.flatMap(({ entry }) => entry.values)),
];

function binaryCandidates(predicates: readonly Predicate[]): Candidates {
  const wanted = wantedOf(predicates);
  // Of n values and n + 1 different ones, one is different from all.
  const others = Array.from({ length: wanted.length + 1 }, (_, at) =>
    btoa(String(at).padStart(6, "0")),
  );
  return { values: [...wanted, ...others], complete: true };
}

function textCandidates(predicates: readonly Predicate[], effort: Effort): Candidates {
  const arns = predicates.some(({ entry }) => isArn(entry.operator));
  const groups = new Map<string, Group>();
  let complete = true;
  for (const { entry, expands } of predicates) {
    const name = plainOperator(entry.operator);
    const folded = name.includes("IgnoreCase");
    if (folded && !entry.values.every(isAscii)) complete = false;
    const colons = isArn(name) ? "separate" : arns ? "any" : "plain";
    const key = JSON.stringify([name.replace("Not", ""), entry.values]);
    const patterns = entry.values
      .map((value) => parseTemplate(value, isArn(name) || name.endsWith("Like"), expands))
      .map((template) => templateCodes(template, colons, folded ? foldedCodes : codes))
      // An ARN pattern of fewer parts matches nothing: no ARN can be said to match it or not.
      .filter((pattern) => !isArn(name) || separatesParts(pattern));
    groups.set(key, { patterns, hit: undefined });
  }
  const all = [...groups.values()];
  if (arns)
    all.push({ patterns: ARNS, hit: undefined }, { patterns: [...ARNS, ...SHORTER], hit: true });
  const words = findWitnesses(all, effort);
  return {
    values: words?.map(({ word }) => word) ?? [],
    complete: complete && words !== undefined,
  };
}

const isArn = (operator: string): boolean => operator.includes("Arn");

const isAscii = (text: string): boolean => codes(text).every((code) => code <= 127);

/** Texts of six parts and more, whose first five colons separate. */
const ARNS: readonly Codes[] = [[...new Array(5).fill([ANY_PART, SEPARATOR]).flat(), ANY_REST]];
/** Texts with fewer colons than that. */
const SHORTER: readonly Codes[] = [0, 1, 2, 3, 4].map((colons) => [
  ...new Array(colons).fill([ANY_PART, COLON]).flat(),
  ANY_PART,
]);
