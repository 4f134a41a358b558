import { ANY_CHARACTER, ANY_TEXT, codeAt, SEPARATOR } from "./code.ts";
import { findLiteral } from "./find-literal.ts";
import { findMasked } from "./find-masked.ts";
import { spend, type Work } from "./work.ts";

/**
 * A pattern with wildcards, as codes. No RegExp is ever built from what users write.
 *
 * Matching takes time linear in pattern and text. Only a segment between two `*` that is long and
 * contains `?` takes a 32nd of their product; the decision's step limit bounds that.
 */
export interface Glob {
  readonly codes: Int32Array;
  /** Index of the last `*`, or -1. What follows it matches at the end of the text only. */
  readonly lastStar: number;
}

/** A glob of codes. */
export function globOf(codes: Int32Array): Glob {
  // Faster than lastIndexOf of typed arrays.
  let lastStar = codes.length - 1;
  while (lastStar >= 0 && codes[lastStar] !== ANY_TEXT) lastStar--;
  return { codes, lastStar };
}

/**
 * A segment's length and the steps of its failed comparisons, beyond which a linear search is
 * faster.
 */
const PATIENCE = 64;

/**
 * Whether `text` matches `pattern`, in which `*` stands for any characters and `?` for exactly one.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const codes = new Int32Array(pattern.length);
  for (let at = 0; at < pattern.length; at++) {
    const code = pattern.charCodeAt(at);
    codes[at] = code === 42 ? ANY_TEXT : code === 63 ? ANY_CHARACTER : code;
  }
  return matchesGlob(globOf(codes), text, 0, text.length, 0, {
    stepsLeft: Number.POSITIVE_INFINITY,
  });
}

/**
 * Whether the text between two indices matches the whole glob.
 *
 * Colons before index `separatorsEnd` separate an ARN's parts. Only `SEPARATOR` and `*` match them,
 * so that no part of a pattern matches another part because a resource contains colons.
 *
 * @throws {RangeError} if it takes more steps than are left
 */
export function matchesGlob(
  { codes, lastStar }: Glob,
  text: string,
  from: number,
  to: number,
  separatorsEnd: number,
  work: Work,
): boolean {
  const end = codes.length;
  const tail = end - lastStar - 1;
  if (lastStar < 0 ? to - from !== end : to - from < tail) return false;
  spend(work, end);
  for (let i = 1; i <= tail; i++) {
    if (!matchesOne(codes[end - i]!, codeAt(text, to - i, separatorsEnd))) return false;
  }
  return lastStar < 0 || findSegments(codes, lastStar, text, from, to - tail, separatorsEnd, work);
}

/**
 * Whether the segments before the last `*` occur in order. The leftmost occurrence of each
 * suffices.
 */
function findSegments(
  codes: Int32Array,
  lastStar: number,
  text: string,
  from: number,
  to: number,
  separatorsEnd: number,
  work: Work,
): boolean {
  let at = from;
  let star = 0;
  // What is before the first `*` matches at the beginning only.
  for (; codes[star] !== ANY_TEXT; star++, at++) {
    if (at >= to || !matchesOne(codes[star]!, codeAt(text, at, separatorsEnd))) return false;
  }
  while (star < lastStar) {
    const start = ++star;
    while (codes[star] !== ANY_TEXT) star++;
    const length = star - start;
    let wasted = length;
    for (;;) {
      if (at + length > to) return false;
      if (wasted > PATIENCE) {
        const segment = codes.slice(start, star);
        spend(work, length);
        const find = segment.includes(ANY_CHARACTER) ? findMasked : findLiteral;
        at = find(segment, text, at, to, separatorsEnd, work);
        if (at < 0) return false;
        break;
      }
      let same = 0;
      while (
        same < length &&
        matchesOne(codes[start + same]!, codeAt(text, at + same, separatorsEnd))
      )
        same++;
      spend(work, same + 1);
      if (same === length) {
        at += length;
        break;
      }
      wasted += same;
      at++;
    }
  }
  return true;
}

function matchesOne(wanted: number, code: number): boolean {
  return wanted === code || (wanted === ANY_CHARACTER && code !== SEPARATOR);
}
