import type { Endings, Further, PatternTree } from "./pattern-tree.ts";
import { constantGlob, type Template } from "./template.ts";
import { ANY_TEXT } from "./wildcard.ts";

/** A tree of patterns while patterns are added to it: their endings by their beginnings. */
export type GrowingTree<V> = Map<string, GrowingEndings<V>>;

interface GrowingEndings<V> {
  nothing?: V[];
  anything?: V[];
  further?: Further<V>[];
  skip?: GrowingTree<V>;
  flat?: Further<V>[];
}

/** The tree as searches want it. */
export function grownTree<V>(growing: GrowingTree<V>): PatternTree<V> {
  const beginnings = [...growing.keys()].sort();
  const nodes: number[] = [];
  const endings: Endings<V>[] = [];
  // Neighbours which all have the same characters up to `shared`, and where their node's place is to be noted. They wait
  // in a list: beginnings of one another nest deeper than a stack of calls.
  const waiting: [first: number, end: number, shared: number, link: number][] = [
    [0, beginnings.length, 0, -1],
  ];
  while (waiting.length > 0) {
    const [first, end, shared, link] = waiting.pop()!;
    const place = nodes.length;
    if (link >= 0) nodes[link] = place;
    const shortest = beginnings[first] ?? "";
    const length = sharedLength(shortest, beginnings[end - 1] ?? "", shared);
    const here = shortest.length === length ? growing.get(shortest) : undefined;
    nodes.push(length, here === undefined ? -1 : endings.length, 0);
    if (here !== undefined) endings.push(endingsOf(shortest, here));
    const codeOf = (index: number) => beginnings[index]!.charCodeAt(length);
    for (let at = here === undefined ? first : first + 1; at < end; ) {
      const start = at;
      const code = codeOf(at);
      while (at < end && codeOf(at) === code) at++;
      waiting.push([start, at, length, nodes.push(code, 0) - 1]);
      nodes[place + 2]!++;
    }
  }
  return { nodes: new Int32Array(nodes), endings };
}

/** How long two texts are the same, known to be so up to `from`. */
export function sharedLength(a: string, b: string, from: number): number {
  const most = Math.min(a.length, b.length);
  let length = from;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function endingsOf<V>(text: string, here: GrowingEndings<V>): Endings<V> {
  const { nothing, anything, further, skip, flat } = here;
  const most = text.slice(0, -1);
  // Put together anew: what is cut out of a pattern is slower to compare.
  const beginning = most + text.slice(-1);
  // The last character that has a next: U+FFFF, which documents can hold in an escape, has none.
  let last = text.length - 1;
  while (text.charCodeAt(last) === 0xffff) last--;
  const beyond = text.slice(0, last) + String.fromCharCode(text.charCodeAt(last) + 1);
  return { beginning, beyond, nothing, anything, further, skip: skip && grownTree(skip), flat };
}

/** Adds a pattern. Its first piece, when literal, is the beginning by which it is found. */
export function addPattern<V>(tree: GrowingTree<V>, pattern: Template, value: V): void {
  const here = endingsAt(tree, literalBeginning(pattern));
  const rest = behindBeginning(pattern);
  if (rest.length === 0) here.nothing = push(here.nothing, value);
  else if (rest.length === 1 && rest[0] === ANY_TEXT) here.anything = push(here.anything, value);
  else here.further = push(here.further, furtherOf(rest, value, false));
}

/** Adds an ARN pattern whose first five colons (all, if it has fewer) stand for the text's first five only. */
export function addArnPattern<V>(tree: GrowingTree<V>, pattern: Template, value: V): void {
  const here = endingsAt(tree, literalBeginning(pattern));
  here.further = push(here.further, furtherOf(pattern, value, true));
}

/** Where patterns go on that have this beginning, then any rest of a part of an ARN's head, and the colon behind it. */
export function skipRest<V>(tree: GrowingTree<V>, beginning: string): GrowingTree<V> {
  const here = endingsAt(tree, beginning);
  here.skip ??= new Map();
  return here.skip;
}

/** Adds an ARN pattern that is matched as flat text, but only tried where the text's resource part has colons. */
export function addFlatPattern<V>(tree: GrowingTree<V>, pattern: Template, value: V): void {
  const here = endingsAt(tree, literalBeginning(pattern));
  here.flat = push(here.flat, furtherOf(behindBeginning(pattern), value, false));
}

function furtherOf<V>(template: Template, value: V, separated: boolean): Further<V> {
  return { value, glob: constantGlob(template, separated ? 5 : 0), template, separated };
}

function literalBeginning(pattern: Template): string {
  const [first] = pattern;
  return typeof first === "string" ? first : "";
}

function behindBeginning(pattern: Template): Template {
  return typeof pattern[0] === "string" ? pattern.slice(1) : pattern;
}

/** The endings of a beginning, made where there are none yet. */
function endingsAt<V>(tree: GrowingTree<V>, beginning: string): GrowingEndings<V> {
  const known = tree.get(beginning);
  if (known !== undefined) return known;
  const made: GrowingEndings<V> = {};
  tree.set(beginning, made);
  return made;
}

function push<T>(list: T[] | undefined, value: T): T[] {
  if (list === undefined) return [value];
  list.push(value);
  return list;
}
