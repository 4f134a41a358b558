import { ANY_COLON, ANY_TEXT, type Codes, END, isStar, lettersOf, SEPARATOR, takes } from "./codes.ts";
import type { Effort } from "./effort.ts";

/** Patterns that count as one: the group is hit by a word that any of them matches. */
export interface Group {
  readonly patterns: readonly Codes[];
  /** Whether a wanted word hits the group; undefined: both, and the answer says which. */
  readonly hit: boolean | undefined;
  /** Of a free group: the way that ends the search if all free groups are hit their preferred way. */
  readonly preferred?: boolean;
}

/** A word that hits those groups that it must, and none that it must not. */
export interface Found {
  readonly word: string;
  /** By group, whether the word hits it. */
  readonly hits: readonly boolean[];
}

/**
 * Words for each way in which the free groups can be hit; one, the shortest, if there is none of them. The
 * search runs the subset construction of all patterns at once, breadth first, and leaves out states from
 * which no wanted word is reached. It is exact: no answer means that there is no such word. Undefined when
 * the effort is used up.
 */
export function findWords(groups: readonly Group[], effort: Effort): readonly Found[] | undefined {
  const machine = machineOf(groups);
  const free = groups.some(({ hit }) => hit === undefined);
  const first = settle(machine, initial(machine), effort);
  if (first === undefined) return [];
  const queue: State[] = [first];
  const known = new Set([first.key]);
  const found = new Map<string, Found>();
  for (let next = 0; next < queue.length; next++) {
    const state = queue[next]!;
    const hits = hitsAtEnd(machine, state);
    if (hits !== undefined) {
      const key = hits.join();
      if (!found.has(key)) found.set(key, { word: wordOf(state), hits });
      if (!free || groups.every(({ hit, preferred }, at) => hit !== undefined || hits[at] === preferred))
        break;
    }
    for (const symbol of symbolsOf(machine, state.positions)) {
      const following = step(machine, state, symbol, effort);
      if (following === undefined || known.has(following.key)) continue;
      known.add(following.key);
      queue.push(following);
    }
    if (effort.left <= 0) return undefined;
  }
  return [...found.values()];
}

/** All patterns in a row, each closed by `END`. */
interface Machine {
  readonly codes: readonly number[];
  readonly groupAt: readonly number[];
  readonly starts: readonly number[];
  readonly groups: readonly Group[];
}

interface State {
  readonly positions: readonly number[];
  /** By group: hit whatever follows. */
  readonly settled: readonly boolean[];
  readonly key: string;
  readonly before: State | undefined;
  readonly character: number;
}

function machineOf(groups: readonly Group[]): Machine {
  const all: number[] = [];
  const groupAt: number[] = [];
  const starts: number[] = [];
  for (const [group, { patterns }] of groups.entries()) {
    for (const pattern of patterns) {
      starts.push(all.length);
      for (const code of pattern) {
        all.push(code);
        groupAt.push(group);
      }
      all.push(END);
      groupAt.push(group);
    }
  }
  return { codes: all, groupAt, starts, groups };
}

const NOWHERE = -1;

function initial({ starts, groups }: Machine): State {
  return {
    positions: starts,
    settled: groups.map(() => false),
    key: "",
    before: undefined,
    character: NOWHERE,
  };
}

/** Stars may stand for nothing; what is decided is no longer followed. Undefined: nothing wanted can follow. */
function settle(machine: Machine, state: State, effort: Effort): State | undefined {
  const { codes, groupAt, groups } = machine;
  let { settled } = state;
  const reached = new Set<number>();
  for (const from of state.positions) {
    for (let at = from; ; at++) {
      effort.left--;
      if (reached.has(at)) break;
      reached.add(at);
      if (!isStar(codes[at]!)) break;
    }
  }
  const alive = new Set<number>();
  for (const at of reached) {
    const group = groupAt[at]!;
    alive.add(group);
    if (codes[at] !== ANY_TEXT || codes[at + 1] !== END || settled[group]) continue;
    if (groups[group]!.hit === false) return undefined;
    settled = settled.with(group, true);
  }
  for (let group = 0; group < groups.length; group++) {
    if (groups[group]!.hit === true && !settled[group] && !alive.has(group)) return undefined;
  }
  const positions = [...reached].filter((at) => !settled[groupAt[at]!]).sort((a, b) => a - b);
  let key = "";
  for (const at of positions) key += String.fromCharCode(at & 0x7fff, at >> 15);
  for (const is of settled) key += is ? "1" : "0";
  return { ...state, positions, settled, key };
}

function step(machine: Machine, state: State, symbol: Symbol, effort: Effort): State | undefined {
  const { codes } = machine;
  const positions: number[] = [];
  for (const at of state.positions) {
    effort.left--;
    const code = codes[at]!;
    if (code === END || !takes(code, symbol.is)) continue;
    positions.push(isStar(code) ? at : at + 1);
  }
  return settle(machine, { ...state, positions, before: state, character: symbol.character }, effort);
}

function hitsAtEnd(
  { codes, groupAt, groups }: Machine,
  { positions, settled }: State,
): readonly boolean[] | undefined {
  const hits = [...settled];
  for (const at of positions) if (codes[at] === END) hits[groupAt[at]!] = true;
  return groups.every(({ hit }, group) => hit === undefined || hit === hits[group]) ? hits : undefined;
}

/** A symbol to go on with, and the character that writes it. */
interface Symbol {
  readonly is: number;
  readonly character: number;
}

const OTHER = -2000;
const COLON = 58;

/** One symbol for each way to go on: the characters that stand in patterns here, and one that does not. */
function symbolsOf({ codes }: Machine, positions: readonly number[]): readonly Symbol[] {
  const symbols = new Set<number>();
  let wild = false;
  for (const at of positions) {
    const code = codes[at]!;
    if (code === ANY_COLON) symbols.add(COLON).add(SEPARATOR);
    else if (code >= 0 || code === SEPARATOR) symbols.add(code);
    else {
      const letters = lettersOf(code);
      if (letters === undefined) wild ||= code !== END;
      else for (const letter of letters) symbols.add(letter);
    }
  }
  const result: Symbol[] = [];
  if (wild) result.push({ is: OTHER, character: unused(symbols) });
  for (const is of symbols) result.push({ is, character: is === SEPARATOR ? COLON : is });
  return result;
}

const PLEASANT = "xyzqwvkjbhgtnmprsacdefiolu0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

function unused(symbols: ReadonlySet<number>): number {
  for (let at = 0; at < PLEASANT.length; at++) {
    const code = PLEASANT.charCodeAt(at);
    if (!symbols.has(code)) return code;
  }
  let code = 0xa1;
  while (symbols.has(code)) code++;
  return code;
}

function wordOf(last: State): string {
  const characters: string[] = [];
  for (let state = last; state.before !== undefined; state = state.before)
    characters.push(String.fromCharCode(state.character));
  return characters.reverse().join("");
}
