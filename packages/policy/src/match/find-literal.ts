import { codeAt } from "./code.ts";
import { spend, type Work } from "./work.ts";

/**
 * Index after the first occurrence of a segment between two indices of a text, or -1. Linear in
 * both lengths (Knuth, Morris and Pratt: the segment's prefix function, continued over the text).
 *
 * @throws {RangeError} if it takes more steps than are left
 */
export function findLiteral(
  segment: Int32Array,
  text: string,
  from: number,
  to: number,
  separatorsEnd: number,
  work: Work,
): number {
  const { length } = segment;
  // At the end of each prefix of the segment: its longest border, from which a mismatch continues.
  const borders = new Int32Array(length);
  for (let i = 1, same = 0; i < length; i++) {
    while (same > 0 && segment[same] !== segment[i]) same = borders[same - 1]!;
    if (segment[same] === segment[i]) same++;
    borders[i] = same;
  }
  for (let at = from, same = 0; at < to; at++) {
    const code = codeAt(text, at, separatorsEnd);
    while (same > 0 && segment[same] !== code) same = borders[same - 1]!;
    if (segment[same] === code) same++;
    if (same === length) {
      spend(work, at + 1 - from);
      return at + 1;
    }
  }
  spend(work, to - from);
  return -1;
}
