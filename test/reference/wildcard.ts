/** One token of a pattern: a literal character, or a wildcard. */
export type Token = { readonly is: string } | "any text" | "any character";

/** Stands for the five colons between an ARN's parts; no character is it. */
export const SEPARATOR = "separator";

export function tokensOf(pattern: string): readonly Token[] {
  return pattern
    .split("")
    .map((c) => (c === "*" ? "any text" : c === "?" ? "any character" : { is: c }));
}

/**
 * The textbook's dynamic programme: cell by cell, whether the first tokens match the first
 * characters.
 */
export function matchesTokens(tokens: readonly Token[], text: readonly string[]): boolean {
  let row = [true, ...text.map(() => false)];
  for (const token of tokens) {
    const next = [token === "any text" && row[0] === true];
    for (const [t, character] of text.entries()) {
      if (token === "any text") next.push(row[t + 1] === true || next[t] === true);
      else if (token === "any character") next.push(row[t] === true && character !== SEPARATOR);
      else next.push(row[t] === true && token.is === character);
    }
    row = next;
  }
  return row.at(-1) === true;
}
