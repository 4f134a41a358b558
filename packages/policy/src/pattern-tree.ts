import type { RequestContext } from "./request.ts";
import { constantGlob, resolveGlob, type Template } from "./template.ts";
import { ANY_TEXT, type Glob, matchesGlob } from "./wildcard.ts";

/**
 * Patterns in a radix tree by their literal beginnings: a search walks down along the text and meets only patterns
 * whose beginning the text has, so its cost grows with the text and with what matches, not with how many there are.
 */
export interface PatternTree<V> {
  /** The text on the way from the parent to here. */
  readonly label: string;
  readonly children: Map<number, PatternTree<V>>;
  /** Values of patterns that end here. */
  exact: V[] | undefined;
  /** Values of patterns that go on with nothing but a `*`. */
  open: V[] | undefined;
  /** Patterns that go on otherwise. */
  further: Further<V>[] | undefined;
}

interface Further<V> {
  readonly value: V;
  /** What remains of the pattern. Undefined: it has variables, see `template`. */
  readonly glob: Glob | undefined;
  readonly template: Template;
  /** The glob is of the whole text, not of what follows the literal beginning. */
  readonly whole: boolean;
  readonly separators: number;
}

/** What a search carries along: the variables' values, and where an ARN's separators end. */
export interface Search {
  readonly context: RequestContext;
  readonly separatorsEnd: number;
}

export function patternTree<V>(label = ""): PatternTree<V> {
  return { label, children: new Map(), exact: undefined, open: undefined, further: undefined };
}

/** Adds a pattern. Its first piece, when literal, is the beginning by which it is found. */
export function addPattern<V>(tree: PatternTree<V>, pattern: Template, value: V): void {
  const [first] = pattern;
  const literal = typeof first === "string" ? first : "";
  const rest = literal === "" ? pattern : pattern.slice(1);
  const node = descend(tree, literal);
  if (rest.length === 0) node.exact = push(node.exact, value);
  else if (rest.length === 1 && rest[0] === ANY_TEXT) node.open = push(node.open, value);
  else {
    const further = { value, glob: constantGlob(rest), template: rest, whole: false, separators: 0 };
    node.further = push(node.further, further);
  }
}

/**
 * Adds a pattern that is matched against the whole text, with its first five colons as an ARN's separators, but
 * found by the literal `beginning`, which the search must follow.
 */
export function addWholePattern<V>(
  tree: PatternTree<V>,
  beginning: string,
  pattern: Template,
  value: V,
): void {
  const node = descend(tree, beginning);
  const further = { value, glob: constantGlob(pattern, 5), template: pattern, whole: true, separators: 5 };
  node.further = push(node.further, further);
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
  let at = from;
  for (;;) {
    const { open, further } = node;
    if (open !== undefined) for (let i = 0; i < open.length; i++) if (accept(open[i]!, search)) return true;
    if (further !== undefined) {
      for (let i = 0; i < further.length; i++) {
        const entry = further[i]!;
        if (goesOn(entry, text, at, search) && accept(entry.value, search)) return true;
      }
    }
    if (at === text.length) {
      const { exact } = node;
      if (exact !== undefined)
        for (let i = 0; i < exact.length; i++) if (accept(exact[i]!, search)) return true;
      return false;
    }
    const child = node.children.get(text.charCodeAt(at));
    if (child === undefined || !text.startsWith(child.label, at)) return false;
    at += child.label.length;
    node = child;
  }
}

function goesOn<V>(entry: Further<V>, text: string, at: number, search: Search): boolean {
  const glob = entry.glob ?? resolveGlob(entry.template, search.context, entry.separators);
  if (glob === undefined) return false;
  return entry.whole ? matchesGlob(glob, text, 0, search.separatorsEnd) : matchesGlob(glob, text, at, 0);
}

/** The node for a literal beginning, made where there is none yet; an edge that it leaves midway is split. */
function descend<V>(tree: PatternTree<V>, literal: string): PatternTree<V> {
  let node = tree;
  let at = 0;
  while (at < literal.length) {
    const code = literal.charCodeAt(at);
    const child = node.children.get(code);
    if (child === undefined) {
      const leaf = patternTree<V>(literal.slice(at));
      node.children.set(code, leaf);
      return leaf;
    }
    const shared = sharedLength(child.label, literal, at);
    if (shared < child.label.length) {
      const middle = patternTree<V>(child.label.slice(0, shared));
      middle.children.set(child.label.charCodeAt(shared), { ...child, label: child.label.slice(shared) });
      node.children.set(code, middle);
      node = middle;
    } else node = child;
    at += shared;
  }
  return node;
}

function sharedLength(label: string, text: string, from: number): number {
  const most = Math.min(label.length, text.length - from);
  let length = 0;
  while (length < most && label.charCodeAt(length) === text.charCodeAt(from + length)) length++;
  return length;
}

function push<T>(list: T[] | undefined, value: T): T[] {
  if (list === undefined) return [value];
  list.push(value);
  return list;
}
