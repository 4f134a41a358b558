/** A token of a path pattern: one character, or a run of characters. */
export type PathToken =
  | { readonly kind: "character"; readonly character: string }
  | { readonly kind: "one" | "many"; readonly slashes: boolean };

/** The tokens of literal text. */
export const literally = (text: string): readonly PathToken[] =>
  [...text].map((character) => ({ kind: "character", character }));

/** A path parameter: at least one character; only a greedy one spans slashes. */
export const parameter = (greedy: boolean): readonly PathToken[] => [
  { kind: "one", slashes: greedy },
  { kind: "many", slashes: greedy },
];

/** The `*` of a policy: any text, also empty. */
export const ANYTHING: PathToken = { kind: "many", slashes: true };

/** Whether any path matches both patterns. */
export function overlap(one: readonly PathToken[], other: readonly PathToken[]): boolean {
  const tried = new Set<number>();
  const open: [number, number][] = [[0, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [i, j] = next;
    if (tried.has(i * (other.length + 1) + j)) continue;
    tried.add(i * (other.length + 1) + j);
    const [a, b] = [one[i], other[j]];
    if (a === undefined && b === undefined) return true;
    if (a?.kind === "many") open.push([i + 1, j]);
    if (b?.kind === "many") open.push([i, j + 1]);
    if (a === undefined || b === undefined || !share(a, b)) continue;
    open.push([a.kind === "many" ? i : i + 1, b.kind === "many" ? j : j + 1]);
  }
  return false;
}

/** Whether a character matches both tokens. */
function share(a: PathToken, b: PathToken): boolean {
  if (a.kind === "character") return covers(b, a.character);
  return b.kind === "character" ? covers(a, b.character) : true;
}

const covers = (token: PathToken, character: string): boolean =>
  token.kind === "character" ? token.character === character : token.slashes || character !== "/";
