import { ANY_CHARACTER, codeAt, SEPARATOR } from "./code.ts";
import { spend, type Work } from "./work.ts";

/**
 * Index after the first occurrence of a segment with `?` between two indices of a text, or -1.
 *
 * Bit-parallel (Shift-And of Baeza-Yates and Gonnet): bit i of the state says that the segment's
 * first i + 1 codes end at the current character. A word of 32 codes is one step.
 *
 * @throws {RangeError} if it takes more steps than are left
 */
export function findMasked(
  segment: Int32Array,
  text: string,
  from: number,
  to: number,
  separatorsEnd: number,
  work: Work,
): number {
  const { length } = segment;
  const words = (length + 31) >> 5;
  /** The positions that a code matches which the segment does not contain: those of `?`. */
  const others = new Int32Array(words);
  const masks = new Map<number, Int32Array>();
  // Shift counts are modulo 32.
  for (let i = 0; i < length; i++) {
    if (segment[i] === ANY_CHARACTER) others[i >> 5]! |= 1 << i;
  }
  masks.set(SEPARATOR, new Int32Array(words));
  for (let i = 0; i < length; i++) {
    const code = segment[i]!;
    if (code === ANY_CHARACTER) continue;
    let mask = masks.get(code);
    if (mask === undefined) {
      spend(work, words);
      mask = others.slice();
      masks.set(code, mask);
    }
    mask[i >> 5]! |= 1 << i;
  }
  const state = new Int32Array(words);
  const found = 1 << (length - 1);
  for (let at = from; at < to; at++) {
    spend(work, words);
    const mask = masks.get(codeAt(text, at, separatorsEnd)) ?? others;
    let carry = 1;
    for (let word = 0; word < words; word++) {
      const before = state[word]!;
      state[word] = ((before << 1) | carry) & mask[word]!;
      carry = before >>> 31;
    }
    if ((state[words - 1]! & found) !== 0) return at + 1;
  }
  return -1;
}
