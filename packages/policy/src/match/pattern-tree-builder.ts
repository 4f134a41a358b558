import { ANY_TEXT } from "./code.ts";
import type { PatternTree, PrefixEntry, SuffixPattern } from "./pattern-tree.ts";
import { constantGlob, type Template } from "./template.ts";

/** A tree of patterns while patterns are added: what follows each literal prefix. */
export type PatternTreeBuilder<V> = Map<string, EntryBuilder<V>>;

interface EntryBuilder<V> {
  exact?: V[];
  anySuffix?: V[];
  patterns?: SuffixPattern<V>[];
  afterColon?: PatternTreeBuilder<V>;
  flatPatterns?: SuffixPattern<V>[];
}

/** The tree in the form that searches read. */
export function buildTree<V>(builder: PatternTreeBuilder<V>): PatternTree<V> {
  const sorted = [...builder.keys()].sort();
  const nodes: number[] = [];
  const prefixes: PrefixEntry<V>[] = [];
  // Ranges of `sorted` whose prefixes are equal up to `shared`, and where to write their node's
  // index. A list and no recursion, because prefixes of one another nest deeper than a call stack.
  const pending: [first: number, end: number, shared: number, link: number][] = [
    [0, sorted.length, 0, -1],
  ];
  while (pending.length > 0) {
    const [first, end, shared, link] = pending.pop()!;
    const node = nodes.length;
    if (link >= 0) nodes[link] = node;
    const shortest = sorted[first] ?? "";
    const length = sharedLength(shortest, sorted[end - 1] ?? "", shared);
    const entry = shortest.length === length ? builder.get(shortest) : undefined;
    nodes.push(length, entry === undefined ? -1 : prefixes.length, 0);
    if (entry !== undefined) prefixes.push(buildEntry(shortest, entry));
    const codeOf = (index: number) => sorted[index]!.charCodeAt(length);
    for (let at = entry === undefined ? first : first + 1; at < end; ) {
      const start = at;
      const code = codeOf(at);
      while (at < end && codeOf(at) === code) at++;
      pending.push([start, at, length, nodes.push(code, 0) - 1]);
      nodes[node + 2]!++;
    }
  }
  return { nodes: new Int32Array(nodes), prefixes };
}

/** Length of the common prefix of two texts, which are known to be equal up to `from`. */
export function sharedLength(a: string, b: string, from: number): number {
  const most = Math.min(a.length, b.length);
  let length = from;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function buildEntry<V>(text: string, entry: EntryBuilder<V>): PrefixEntry<V> {
  const { exact, anySuffix, patterns, afterColon, flatPatterns } = entry;
  const most = text.slice(0, -1);
  // Concatenated, because V8 compares slices of a longer text more slowly.
  const prefix = most + text.slice(-1);
  // U+FFFF, which documents can contain as an escape, has no successor.
  let last = text.length - 1;
  while (text.charCodeAt(last) === 0xffff) last--;
  const upperBound = text.slice(0, last) + String.fromCharCode(text.charCodeAt(last) + 1);
  return {
    prefix,
    upperBound,
    exact,
    anySuffix,
    patterns,
    afterColon: afterColon && buildTree(afterColon),
    flatPatterns,
  };
}

/** Adds a pattern. Its first piece, if literal, is the prefix under which it is found. */
export function addPattern<V>(builder: PatternTreeBuilder<V>, pattern: Template, value: V): void {
  const entry = entryOf(builder, literalPrefix(pattern));
  const suffix = suffixOf(pattern);
  if (suffix.length === 0) entry.exact = push(entry.exact, value);
  else if (suffix.length === 1 && suffix[0] === ANY_TEXT)
    entry.anySuffix = push(entry.anySuffix, value);
  else entry.patterns = push(entry.patterns, suffixPattern(suffix, value, false));
}

/**
 * Adds an ARN pattern whose first five colons (all, if it has fewer) match the text's first five
 * only.
 */
export function addArnPattern<V>(
  builder: PatternTreeBuilder<V>,
  pattern: Template,
  value: V,
): void {
  const entry = entryOf(builder, literalPrefix(pattern));
  entry.patterns = push(entry.patterns, suffixPattern(pattern, value, true));
}

/**
 * The builder for patterns with this prefix, then any rest of a part of an ARN's head, and its
 * colon.
 */
export function afterNextColon<V>(
  builder: PatternTreeBuilder<V>,
  prefix: string,
): PatternTreeBuilder<V> {
  const entry = entryOf(builder, prefix);
  entry.afterColon ??= new Map();
  return entry.afterColon;
}

/** Adds an ARN pattern as flat text, which is tried only if the text's resource part has colons. */
export function addFlatPattern<V>(
  builder: PatternTreeBuilder<V>,
  pattern: Template,
  value: V,
): void {
  const entry = entryOf(builder, literalPrefix(pattern));
  entry.flatPatterns = push(entry.flatPatterns, suffixPattern(suffixOf(pattern), value, false));
}

function suffixPattern<V>(template: Template, value: V, separated: boolean): SuffixPattern<V> {
  return { value, glob: constantGlob(template, separated ? 5 : 0), template, separated };
}

function literalPrefix(pattern: Template): string {
  const [first] = pattern;
  return typeof first === "string" ? first : "";
}

function suffixOf(pattern: Template): Template {
  return typeof pattern[0] === "string" ? pattern.slice(1) : pattern;
}

function entryOf<V>(builder: PatternTreeBuilder<V>, prefix: string): EntryBuilder<V> {
  const known = builder.get(prefix);
  if (known !== undefined) return known;
  const made: EntryBuilder<V> = {};
  builder.set(prefix, made);
  return made;
}

function push<T>(list: T[] | undefined, value: T): T[] {
  if (list === undefined) return [value];
  list.push(value);
  return list;
}
