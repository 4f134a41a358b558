/** What a search found, and in how many of how many: `12 matches in 3,000 of 1,000,214 users`. */
export function searchedText(
  matches: number,
  loaded: number,
  isComplete: boolean,
  { what, total }: { readonly what: string; readonly total?: number | undefined },
): string {
  const found = matches === 1 ? "1 match" : `${number(matches)} matches`;
  if (isComplete) return found;
  const all = total === undefined ? "" : ` of ${number(total)}`;
  return `${found} in ${total === undefined ? "the first " : ""}${number(loaded)}${all} ${what}`;
}

const number = (value: number): string => value.toLocaleString("en");
