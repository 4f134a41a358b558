import { ANY_TEXT } from "@portcullis/policy";
import { type Codes, END, isStar } from "./codes.ts";
import type { Effort } from "./effort.ts";

/** A union of patterns: a word matches the group if it matches any of them. */
export interface Group {
  readonly patterns: readonly Codes[];
  /** Whether a witness must match the group. Undefined: either; the result says which. */
  readonly hit: boolean | undefined;
  /**
   * Of a free group: the way that ends the search if all free groups are hit their preferred way.
   */
  readonly preferred?: boolean | undefined;
}

/** A nondeterministic automaton: all patterns in one array, each ended by `END`. */
export interface Automaton {
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

/** A state of the subset construction: the positions of the patterns, in ascending order. */
export interface AutomatonState {
  readonly positions: readonly number[];
  /** Groups that accept every continuation, in ascending order. Their patterns are dropped. */
  readonly accepted: readonly number[];
  readonly key: string;
}

/** No group is accepted yet. */
export const NONE_ACCEPTED: readonly number[] = [];

/**
 * All patterns of the groups in one array of codes, each followed by `END`. A position is an index
 * into it.
 */
export function automatonOf(groups: readonly Group[]): Automaton {
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
 * The epsilon closure of positions: a star may match nothing. Undefined: no witness has this
 * prefix.
 * Positions stay in ascending order, because a step moves none past the next.
 */
export function closureOf(
  automaton: Automaton,
  from: readonly number[],
  before: readonly number[],
  effort: Effort,
): AutomatonState | undefined {
  const { codes, groupAt, groups, required, seenPosition, seenGroup } = automaton;
  const round = ++automaton.round;
  let accepted = before;
  let positions: number[] = [];
  for (let i = 0; i < from.length; i++) {
    for (let at = from[i]!; seenPosition[at] !== round; at++) {
      seenPosition[at] = round;
      const code = codes[at]!;
      const group = groupAt[at]!;
      seenGroup[group] = round;
      positions.push(at);
      if (!isStar(code)) break;
      if (code !== ANY_TEXT || codes[at + 1] !== END || accepted.includes(group)) continue;
      if (groups[group]!.hit === false) return undefined;
      accepted = [...accepted, group];
    }
  }
  effort.left -= positions.length + 1;
  for (let i = 0; i < required.length; i++) {
    const group = required[i]!;
    if (seenGroup[group] !== round && !accepted.includes(group)) return undefined;
  }
  if (accepted !== before) {
    accepted = [...accepted].sort((a, b) => a - b);
    positions = positions.filter((at) => !accepted.includes(groupAt[at]!));
  }
  return { positions, accepted, key: keyOf(positions, accepted) };
}

function keyOf(positions: readonly number[], accepted: readonly number[]): string {
  let key = "";
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i]!;
    key += String.fromCharCode(at & 0x7fff, at >> 15);
  }
  // No position is written with it.
  return `${key}\uffff${accepted.join()}`;
}
