import { resourceStart } from "../model/arn.ts";
import type { RequestContext } from "../model/request-context.ts";
import { resolveGlob, type Template } from "./template.ts";
import { type Glob, matchesGlob } from "./wildcard.ts";

/**
 * Patterns in a Patricia tree by their literal beginnings. A search branches on single characters and compares beginnings
 * only where patterns have them: it costs as much as what matches, not as there are patterns.
 */
export interface PatternTree<V> {
  /**
   * The nodes, one after the other, for what is close together is read fast. Each is the length of its beginning, the
   * index of its endings (-1: none), the count of its children, and for each of these the character behind the beginning
   * and the place of its node.
   */
  readonly nodes: Int32Array;
  readonly endings: readonly Endings<V>[];
}

/** The values of patterns that have a beginning, by what follows it. */
export interface Endings<V> {
  readonly beginning: string;
  /** The least text that comes after all texts with this beginning. */
  readonly beyond: string;
  readonly nothing: readonly V[] | undefined;
  readonly anything: readonly V[] | undefined;
  readonly further: readonly Further<V>[] | undefined;
  /** Patterns that go on with `*:` in an ARN's head, by what follows that. */
  readonly skip: PatternTree<V> | undefined;
  /** Those of them that are to be matched as flat text, too. */
  readonly flat: readonly Further<V>[] | undefined;
}

export interface Further<V> {
  readonly value: V;
  /** What follows the beginning. Undefined: it has variables, and is made of the template for each request. */
  readonly glob: Glob | undefined;
  readonly template: Template;
  /** The glob has an ARN's separators in it, and is of the whole text. */
  readonly separated: boolean;
}

/** What a search carries along. */
export interface Search {
  /** The values of variables. */
  readonly context: RequestContext;
  /** Where the resource part of the searched ARN begins (0: it has none); -1 until somebody asks. */
  partAt: number;
}

/**
 * Calls `accept` with the value of each pattern that the text from index `from` on matches, until one is accepted.
 * A value comes as often as it has matching patterns.
 */
export function searchTree<V, S extends Search>(
  tree: PatternTree<V>,
  text: string,
  from: number,
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  const { nodes, endings } = tree;
  let node = 0;
  for (;;) {
    const at = from + nodes[node]!;
    const ending = nodes[node + 1]!;
    if (ending >= 0) {
      const here = endings[ending]!;
      if (!begins(text, from, at, here)) return false;
      if (searchEndings(here, text, at, search, accept)) return true;
    }
    if (at >= text.length) return false;
    const code = text.charCodeAt(at);
    let child = node + 3;
    const end = child + 2 * nodes[node + 2]!;
    while (child < end && nodes[child] !== code) child += 2;
    if (child >= end) return false;
    node = nodes[child + 1]!;
  }
}

/** Whether the text matches a pattern of one beginning. */
export function matchesEndings<S extends Search>(
  endings: Endings<true>,
  text: string,
  search: S,
): boolean {
  const at = endings.beginning.length;
  return begins(text, 0, at, endings) && searchEndings(endings, text, at, search, yes);
}

export function yes(): boolean {
  return true;
}

/**
 * Whether a text has the beginning between two indices. Comparing whole texts is several times faster than startsWith, which
 * V8 does character by character, or comparing a slice.
 */
function begins<V>(text: string, from: number, to: number, endings: Endings<V>): boolean {
  const { beginning, beyond } = endings;
  if (to === from) return true;
  return from === 0 ? text >= beginning && text < beyond : text.slice(from, to) === beginning;
}

function searchEndings<V, S extends Search>(
  { nothing, anything, further, skip, flat }: Endings<V>,
  text: string,
  at: number,
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  if (anything !== undefined && anyAccepted(anything, search, accept)) return true;
  if (nothing !== undefined && at === text.length && anyAccepted(nothing, search, accept))
    return true;
  if (further !== undefined && anyGoesOn(further, text, at, search, accept)) return true;
  if (skip === undefined) return false;
  const colon = text.indexOf(":", at);
  if (colon >= 0 && searchTree(skip, text, colon + 1, search, accept)) return true;
  const colons = flat !== undefined && text.includes(":", partStart(search, text));
  return colons && anyGoesOn(flat, text, at, search, accept);
}

function anyAccepted<V, S>(
  values: readonly V[],
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  for (let i = 0; i < values.length; i++) if (accept(values[i]!, search)) return true;
  return false;
}

function anyGoesOn<V, S extends Search>(
  entries: readonly Further<V>[],
  text: string,
  at: number,
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    if (goesOn(entry, text, at, search) && accept(entry.value, search)) return true;
  }
  return false;
}

function goesOn<V>(
  { glob, template, separated }: Further<V>,
  text: string,
  at: number,
  search: Search,
): boolean {
  const resolved = glob ?? resolveGlob(template, search.context, separated ? 5 : 0);
  if (resolved === undefined) return false;
  return separated
    ? matchesGlob(resolved, text, 0, text.length, partStart(search, text))
    : matchesGlob(resolved, text, at, text.length, 0);
}

function partStart(search: Search, text: string): number {
  if (search.partAt < 0) search.partAt = resourceStart(text);
  return search.partAt;
}
