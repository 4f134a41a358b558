import { resourceStart } from "../model/arn.ts";
import { resolveGlob, type Template, type VariableSource } from "./template.ts";
import { type Glob, matchesGlob } from "./wildcard.ts";

/**
 * Patterns in a Patricia tree by their literal prefixes. A search branches on single characters and
 * compares prefixes only where patterns have them: it costs as much as what matches, not as there
 * are patterns.
 */
export interface PatternTree<V> {
  /**
   * The nodes one after the other, since reads of neighbouring memory are fast. Each is the length
   * of its prefix, the index in `prefixes` (-1: no pattern has this prefix), the count of its
   * children, and for each child the character after the prefix and the index of the child's node.
   */
  readonly nodes: Int32Array;
  readonly prefixes: readonly PrefixEntry<V>[];
}

/** The values of the patterns that have a prefix in common, by what follows it. */
export interface PrefixEntry<V> {
  readonly prefix: string;
  /** The least text that sorts after all texts with this prefix. */
  readonly upperBound: string;
  /** The pattern is the prefix alone. */
  readonly exact: readonly V[] | undefined;
  /** The pattern is the prefix and `*`. */
  readonly anySuffix: readonly V[] | undefined;
  readonly patterns: readonly SuffixPattern<V>[] | undefined;
  /** Patterns that continue with `*:` in an ARN's head, by what follows the colon. */
  readonly afterColon: PatternTree<V> | undefined;
  /** Those of them that are matched as flat text, too. */
  readonly flatPatterns: readonly SuffixPattern<V>[] | undefined;
}

/** A pattern behind its literal prefix. */
export interface SuffixPattern<V> {
  readonly value: V;
  /** Undefined if it has variables: then each request resolves the template. */
  readonly glob: Glob | undefined;
  readonly template: Template;
  /** The pattern is the whole pattern, prefix included, with an ARN's separators. */
  readonly separated: boolean;
}

/** The state of a search. */
export interface Search extends VariableSource {
  /**
   * Index of the resource part of the ARN that is searched for (0: it has none); -1 if not known
   * yet.
   */
  resourceOffset: number;
}

/**
 * Calls `accept` with the value of each pattern that matches the text from index `from` on, until
 * one is accepted. A value is passed once for each of its patterns that match.
 */
export function searchTree<V, S extends Search>(
  tree: PatternTree<V>,
  text: string,
  from: number,
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  const { nodes, prefixes } = tree;
  let node = 0;
  for (;;) {
    const at = from + nodes[node]!;
    const index = nodes[node + 1]!;
    if (index >= 0) {
      const entry = prefixes[index]!;
      if (!hasPrefix(text, from, at, entry)) return false;
      if (searchEntry(entry, text, at, search, accept)) return true;
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

/** Whether the text matches a pattern of one prefix. */
export function matchesEntry<S extends Search>(
  entry: PrefixEntry<true>,
  text: string,
  search: S,
): boolean {
  const at = entry.prefix.length;
  return hasPrefix(text, 0, at, entry) && searchEntry(entry, text, at, search, acceptAny);
}

/** For searches that ask only whether there is a match. */
export function acceptAny(): boolean {
  return true;
}

/**
 * Whether a text has the prefix between two indices. Comparing whole texts is several times faster
 * than startsWith, which V8 does character by character, or than comparing a slice.
 */
function hasPrefix<V>(text: string, from: number, to: number, entry: PrefixEntry<V>): boolean {
  const { prefix, upperBound } = entry;
  if (to === from) return true;
  return from === 0 ? text >= prefix && text < upperBound : text.slice(from, to) === prefix;
}

function searchEntry<V, S extends Search>(
  { exact, anySuffix, patterns, afterColon, flatPatterns }: PrefixEntry<V>,
  text: string,
  at: number,
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  if (anySuffix !== undefined && anyAccepted(anySuffix, search, accept)) return true;
  if (exact !== undefined && at === text.length && anyAccepted(exact, search, accept)) return true;
  if (patterns !== undefined && anyMatches(patterns, text, at, search, accept)) return true;
  if (afterColon === undefined) return false;
  const colon = text.indexOf(":", at);
  if (colon >= 0 && searchTree(afterColon, text, colon + 1, search, accept)) return true;
  return (
    flatPatterns !== undefined &&
    text.includes(":", resourceOffset(search, text)) &&
    anyMatches(flatPatterns, text, at, search, accept)
  );
}

function anyAccepted<V, S>(
  values: readonly V[],
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  for (let i = 0; i < values.length; i++) if (accept(values[i]!, search)) return true;
  return false;
}

function anyMatches<V, S extends Search>(
  patterns: readonly SuffixPattern<V>[],
  text: string,
  at: number,
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  for (let i = 0; i < patterns.length; i++) {
    const pattern = patterns[i]!;
    if (matchesSuffix(pattern, text, at, search) && accept(pattern.value, search)) return true;
  }
  return false;
}

function matchesSuffix<V>(
  { glob, template, separated }: SuffixPattern<V>,
  text: string,
  at: number,
  search: Search,
): boolean {
  const resolved = glob ?? resolveGlob(template, search, separated ? 5 : 0);
  if (resolved === undefined) return false;
  return separated
    ? matchesGlob(resolved, text, 0, text.length, resourceOffset(search, text), search)
    : matchesGlob(resolved, text, at, text.length, 0, search);
}

function resourceOffset(search: Search, text: string): number {
  if (search.resourceOffset < 0) search.resourceOffset = resourceStart(text);
  return search.resourceOffset;
}
