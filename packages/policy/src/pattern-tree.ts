import { resourceStart } from "./arn.ts";
import type { RequestContext } from "./request.ts";
import { constantGlob, resolveGlob, type Template } from "./template.ts";
import { ANY_TEXT, type Glob, matchesGlob } from "./wildcard.ts";

/**
 * Patterns in a Patricia tree by their literal beginnings. A search branches on single characters and compares whole
 * beginnings only where patterns have them: it costs as much as what matches, not as there are patterns.
 */
export interface PatternTree<V> {
  /** What all patterns from here on begin with. */
  readonly beginning: string;
  /** The character behind the beginning on the way to each child. */
  codes: number[] | undefined;
  children: PatternTree<V>[] | undefined;
  /** The patterns of just this beginning. */
  here: Endings<V> | undefined;
}

/** The values of patterns, by what follows their beginning. */
interface Endings<V> {
  nothing: V[] | undefined;
  anything: V[] | undefined;
  further: Further<V>[] | undefined;
  /** Patterns that go on with `*:` in an ARN's head, by what follows that. */
  skip: PatternTree<V> | undefined;
  /** Those of them that are to be matched as flat text, too. */
  flat: Further<V>[] | undefined;
}

interface Further<V> {
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

export function patternTree<V>(beginning = ""): PatternTree<V> {
  return { beginning, codes: undefined, children: undefined, here: undefined };
}

/** Adds a pattern. Its first piece, when literal, is the beginning by which it is found. */
export function addPattern<V>(tree: PatternTree<V>, pattern: Template, value: V): void {
  const here = endingsAt(tree, literalBeginning(pattern));
  const rest = behindBeginning(pattern);
  if (rest.length === 0) here.nothing = push(here.nothing, value);
  else if (rest.length === 1 && rest[0] === ANY_TEXT) here.anything = push(here.anything, value);
  else here.further = push(here.further, furtherOf(rest, value, false));
}

/** Adds an ARN pattern whose first five colons (all, if it has fewer) stand for the text's first five only. */
export function addArnPattern<V>(tree: PatternTree<V>, pattern: Template, value: V): void {
  const here = endingsAt(tree, literalBeginning(pattern));
  here.further = push(here.further, furtherOf(pattern, value, true));
}

/** Where patterns go on that have this beginning, then any rest of a part of an ARN's head, and the colon behind it. */
export function skipRest<V>(tree: PatternTree<V>, beginning: string): PatternTree<V> {
  const here = endingsAt(tree, beginning);
  here.skip ??= patternTree();
  return here.skip;
}

/** Adds an ARN pattern that is matched as flat text, but only tried where the text's resource part has colons. */
export function addFlatPattern<V>(tree: PatternTree<V>, pattern: Template, value: V): void {
  const here = endingsAt(tree, literalBeginning(pattern));
  here.flat = push(here.flat, furtherOf(behindBeginning(pattern), value, false));
}

function furtherOf<V>(template: Template, value: V, separated: boolean): Further<V> {
  return { value, glob: constantGlob(template, separated ? 5 : 0), template, separated };
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
  let node = tree;
  for (;;) {
    const { beginning, codes, children, here } = node;
    const at = from + beginning.length;
    if (here !== undefined) {
      // Much faster than startsWith, which V8 does character by character.
      if (text.slice(from, at) !== beginning) return false;
      if (searchEndings(here, text, at, search, accept)) return true;
    }
    if (codes === undefined || children === undefined || at >= text.length) return false;
    const code = text.charCodeAt(at);
    let child = 0;
    while (child < codes.length && codes[child] !== code) child++;
    if (child === codes.length) return false;
    node = children[child]!;
  }
}

function searchEndings<V, S extends Search>(
  { nothing, anything, further, skip, flat }: Endings<V>,
  text: string,
  at: number,
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  if (anything !== undefined && anyAccepted(anything, search, accept)) return true;
  if (nothing !== undefined && at === text.length && anyAccepted(nothing, search, accept)) return true;
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

function literalBeginning(pattern: Template): string {
  const [first] = pattern;
  return typeof first === "string" ? first : "";
}

function behindBeginning(pattern: Template): Template {
  return typeof pattern[0] === "string" ? pattern.slice(1) : pattern;
}

/** The endings of a beginning, made where there are none yet. */
function endingsAt<V>(tree: PatternTree<V>, beginning: string): Endings<V> {
  const node = nodeOf(tree, beginning);
  node.here ??= {
    nothing: undefined,
    anything: undefined,
    further: undefined,
    skip: undefined,
    flat: undefined,
  };
  return node.here;
}

function nodeOf<V>(tree: PatternTree<V>, beginning: string): PatternTree<V> {
  let node = tree;
  while (node.beginning.length < beginning.length) {
    const code = beginning.charCodeAt(node.beginning.length);
    const index = node.codes?.indexOf(code) ?? -1;
    const child = node.children?.[index];
    if (child === undefined) return addChild(node, code, patternTree(beginning));
    const shared = sharedLength(child.beginning, beginning, node.beginning.length);
    if (shared < child.beginning.length) {
      // They part ways before the child begins: a node between takes both.
      const between = patternTree<V>(beginning.slice(0, shared));
      addChild(between, child.beginning.charCodeAt(shared), child);
      node.children![index] = between;
      node = between;
    } else node = child;
  }
  return node;
}

function addChild<V>(node: PatternTree<V>, code: number, child: PatternTree<V>): PatternTree<V> {
  node.codes = push(node.codes, code);
  node.children = push(node.children, child);
  return child;
}

/** How long two texts are the same, known to be so up to `from`. */
function sharedLength(a: string, b: string, from: number): number {
  const most = Math.min(a.length, b.length);
  let length = from;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function push<T>(list: T[] | undefined, value: T): T[] {
  if (list === undefined) return [value];
  list.push(value);
  return list;
}
