import { ANY_TEXT, type Codes, END, isStar } from "./codes.ts";
import type { Effort } from "./effort.ts";

/** Patterns that count as one: the group is hit by a word that any of them matches. */
export interface Group {
  readonly patterns: readonly Codes[];
  /** Whether a wanted word hits the group; undefined: both, and the answer says which. */
  readonly hit: boolean | undefined;
  /**
   * Of a free group: the way that ends the search if all free groups are hit their preferred way.
   */
  readonly preferred?: boolean;
}

/** All patterns in a row, each closed by `END`. */
export interface Machine {
  readonly groups: readonly Group[];
  readonly codes: Int32Array;
  readonly groupAt: Int32Array;
  readonly starts: readonly number[];
  /** Groups that a wanted word must hit. */
  readonly required: readonly number[];
  /** When a position, a group was last seen: spares a set for each state. */
  readonly seenPosition: Int32Array;
  readonly seenGroup: Int32Array;
  round: number;
}

/** Where the patterns are after some symbols, in ascending order. */
export interface Positions {
  readonly positions: readonly number[];
  /**
   * Groups that are hit whatever follows, in ascending order; their patterns are followed no more.
   */
  readonly settled: readonly number[];
  readonly key: string;
}

export const SETTLED_NONE: readonly number[] = [];

export function machineOf(groups: readonly Group[]): Machine {
  let length = 0;
  for (const { patterns } of groups) for (const pattern of patterns) length += pattern.length + 1;
  const codes = new Int32Array(length);
  const groupAt = new Int32Array(length);
  const starts: number[] = [];
  let at = 0;
  for (const [group, { patterns }] of groups.entries()) {
    for (const pattern of patterns) {
      starts.push(at);
      codes.set(pattern, at);
      codes[at + pattern.length] = END;
      groupAt.fill(group, at, at + pattern.length + 1);
      at += pattern.length + 1;
    }
  }
  return {
    groups,
    codes,
    groupAt,
    starts,
    required: [...groups.keys()].filter((group) => groups[group]!.hit === true),
    seenPosition: new Int32Array(length),
    seenGroup: new Int32Array(groups.length),
    round: 0,
  };
}

/**
 * Lets stars stand for nothing, and settles what is decided. Undefined: no wanted word follows.
 * Positions come and go in ascending order, because a step moves none past the next.
 */
export function settle(
  machine: Machine,
  from: readonly number[],
  before: readonly number[],
  effort: Effort,
): Positions | undefined {
  const { codes, groupAt, groups, required, seenPosition, seenGroup } = machine;
  const round = ++machine.round;
  let settled = before;
  let positions: number[] = [];
  for (let i = 0; i < from.length; i++) {
    for (let at = from[i]!; seenPosition[at] !== round; at++) {
      seenPosition[at] = round;
      const code = codes[at]!;
      const group = groupAt[at]!;
      seenGroup[group] = round;
      positions.push(at);
      if (!isStar(code)) break;
      if (code !== ANY_TEXT || codes[at + 1] !== END || settled.includes(group)) continue;
      if (groups[group]!.hit === false) return undefined;
      settled = [...settled, group];
    }
  }
  effort.left -= positions.length + 1;
  for (let i = 0; i < required.length; i++) {
    const group = required[i]!;
    if (seenGroup[group] !== round && !settled.includes(group)) return undefined;
  }
  if (settled !== before) {
    settled = [...settled].sort((a, b) => a - b);
    positions = positions.filter((at) => !settled.includes(groupAt[at]!));
  }
  return { positions, settled, key: keyOf(positions, settled) };
}

function keyOf(positions: readonly number[], settled: readonly number[]): string {
  let key = "";
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i]!;
    key += String.fromCharCode(at & 0x7fff, at >> 15);
  }
  // No position is written with it.
  return `${key}\uffff${settled.join()}`;
}
