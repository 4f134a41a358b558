import {
  type Automaton,
  type AutomatonState,
  automatonOf,
  closureOf,
  type Group,
  NONE_ACCEPTED,
} from "./automaton.ts";
import { accepts, END, isStar } from "./codes.ts";
import type { Effort } from "./effort.ts";
import { characterOf, symbolsAt } from "./symbols.ts";

export type { Group } from "./automaton.ts";

/** A word that hits those groups that it must, and none that it must not. */
export interface Found {
  readonly word: string;
  /** By group, whether the word hits it. */
  readonly hits: readonly boolean[];
}

/**
 * Words for each way in which the free groups can be hit; one, the shortest, if there is none of
 * them. The search runs the subset construction of all patterns at once, breadth first, and leaves
 * out states from which no wanted word is reached. It is exact: no answer means that there is no
 * such word. Undefined when the effort is used up.
 */
export function findWitnesses(
  groups: readonly Group[],
  effort: Effort,
): readonly Found[] | undefined {
  const automaton = automatonOf(groups);
  const free = groups.some(({ hit }) => hit === undefined);
  const first = closureOf(automaton, automaton.starts, NONE_ACCEPTED, effort);
  if (first === undefined) return [];
  const queue: State[] = [{ ...first, before: undefined, symbol: 0, avoid: NO_SYMBOLS }];
  const known = new Set([first.key]);
  const found = new Map<string, Found>();
  for (let next = 0; next < queue.length; next++) {
    const state = queue[next]!;
    const hits = hitsAtEnd(automaton, state);
    if (hits !== undefined) {
      const key = hits.join();
      if (!found.has(key)) found.set(key, { word: witnessText(state), hits });
      if (
        !free ||
        groups.every(({ hit, preferred }, at) => hit !== undefined || hits[at] === preferred)
      )
        break;
    }
    const symbols = symbolsAt(automaton.codes, state.positions);
    for (const symbol of symbols) {
      const following = closureOf(
        automaton,
        step(automaton, state, symbol, effort),
        state.accepted,
        effort,
      );
      if (following === undefined || known.has(following.key)) continue;
      known.add(following.key);
      queue.push({ ...following, before: state, symbol, avoid: symbols });
    }
    if (effort.left <= 0) return undefined;
  }
  return [...found.values()];
}

interface State extends AutomatonState {
  readonly before: State | undefined;
  /** What led here, and what else there was to go on with. */
  readonly symbol: number;
  readonly avoid: readonly number[];
}

const NO_SYMBOLS: readonly number[] = [];

function step(
  { codes }: Automaton,
  { positions }: AutomatonState,
  symbol: number,
  effort: Effort,
): readonly number[] {
  const next: number[] = [];
  effort.left -= positions.length;
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i]!;
    const code = codes[at]!;
    if (accepts(code, symbol)) next.push(isStar(code) ? at : at + 1);
  }
  return next;
}

function hitsAtEnd(
  { codes, groupAt, groups }: Automaton,
  { positions, accepted }: AutomatonState,
): readonly boolean[] | undefined {
  const hits = groups.map((_, group) => accepted.includes(group));
  for (const at of positions) if (codes[at] === END) hits[groupAt[at]!] = true;
  return groups.every(({ hit }, group) => hit === undefined || hit === hits[group])
    ? hits
    : undefined;
}

function witnessText(last: State): string {
  const characters: string[] = [];
  for (let state = last; state.before !== undefined; state = state.before)
    characters.push(String.fromCharCode(characterOf(state.symbol, state.avoid)));
  return characters.reverse().join("");
}
