import { parseTemplate } from "@portcullis/policy";
import { grouped } from "../collection/grouped.ts";
import {
  ANY_CHARACTER,
  ANY_COLON,
  ANY_PART,
  ANY_REST,
  ANY_SYMBOL,
  type Codes,
  codes,
  foldedCodes,
  SEPARATOR,
} from "../pattern/codes.ts";
import type { Effort } from "../pattern/effort.ts";
import { findWitnesses, type Group } from "../pattern/search.ts";
import { addressCandidates } from "./addresses.ts";
import type { Candidates } from "./candidates.ts";
import { instantCandidates, numberCandidates } from "./numbers.ts";
import { plainOperator } from "./operator-name.ts";
import type { Predicate } from "./predicate.ts";

type ValueClass = "text" | "number" | "instant" | "address" | "boolean" | "binary" | "presence";

const CLASSES: readonly (readonly [RegExp, ValueClass])[] = [
  [/^(String|Arn)/, "text"],
  [/^Numeric/, "number"],
  [/^Date/, "instant"],
  [/IpAddress$/, "address"],
  [/^Bool$/, "boolean"],
  [/^Binary/, "binary"],
  [/^Null$/, "presence"],
];

function classOf({ entry }: Predicate): ValueClass {
  const name = plainOperator(entry.operator);
  return CLASSES.find(([pattern]) => pattern.test(name))?.[1] ?? "text";
}

/**
 * Values of one key that meet each combination of the predicates which any value meets, as far as
 * the result is complete.
 *
 * @param predicates of that key, without policy variables
 */
export function candidatesFor(predicates: readonly Predicate[], effort: Effort): Candidates {
  const byClass = grouped(predicates, classOf);
  byClass.delete("presence");
  const found = [...byClass].map(([kind, own]) => MAKERS[kind](own, effort));
  return {
    // No number, no date, no address, and the empty text, which set operators take for none.
    values: [...new Set(["x", "", ...found.flatMap(({ values }) => values)])],
    complete: byClass.size <= 1 && found.every(({ complete }) => complete),
  };
}

type Maker = (predicates: readonly Predicate[], effort: Effort) => Candidates;

const MAKERS: Readonly<Record<ValueClass, Maker>> = {
  text: textCandidates,
  number: (predicates) => numberCandidates(wantedOf(predicates)),
  instant: (predicates) => instantCandidates(wantedOf(predicates)),
  address: (predicates) => addressCandidates(wantedOf(predicates)),
  boolean: () => ({ values: ["true", "false"], complete: true }),
  binary: binaryCandidates,
  presence: () => ({ values: [], complete: true }),
};

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
  const arns = predicates.some(({ entry }) => /Arn/.test(entry.operator));
  const groups = new Map<string, Group>();
  let complete = true;
  for (const { id, entry } of predicates) {
    const name = plainOperator(entry.operator);
    const variables = id.endsWith("true]");
    if (/IgnoreCase/.test(name) && !entry.values.every(isAscii)) complete = false;
    const key = JSON.stringify([name.replace("Not", ""), entry.values]);
    const patterns = entry.values
      .map((value) => textCodes(name, value, variables, arns))
      .filter((codes) => !/^Arn/.test(name) || isWhole(codes));
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

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
};

/** An ARN pattern of fewer parts matches nothing: of it no ARN can be said to match or not. */
const isWhole = (codes: Codes): boolean => codes.filter((code) => code === SEPARATOR).length === 5;

function textCodes(name: string, value: string, variables: boolean, arns: boolean): Codes {
  const isArn = /^Arn/.test(name);
  let left = isArn ? 5 : 0;
  const result: number[] = [];
  for (const piece of parseTemplate(value, isArn || /Like$/.test(name), variables)) {
    if (piece === ANY_CHARACTER) result.push(arns && !isArn ? ANY_SYMBOL : ANY_CHARACTER);
    else if (typeof piece === "number") result.push(piece);
    else if (typeof piece === "string") {
      for (const code of /IgnoreCase/.test(name) ? foldedCodes(piece) : codes(piece)) {
        if (code !== 58) result.push(code);
        else if (isArn) result.push(left-- > 0 ? SEPARATOR : code);
        else result.push(arns ? ANY_COLON : code);
      }
    }
  }
  return result;
}

/** Texts of six parts and more, whose first five colons separate. */
const ARNS: readonly Codes[] = [[...new Array(5).fill([ANY_PART, SEPARATOR]).flat(), ANY_REST]];
/** Texts with fewer colons than that. */
const SHORTER: readonly Codes[] = [0, 1, 2, 3, 4].map((colons) => [
  ...new Array(colons).fill([ANY_PART, 58]).flat(),
  ANY_PART,
]);
