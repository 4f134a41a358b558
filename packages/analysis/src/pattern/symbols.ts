import { ANY_COLON, END, lettersOf, SEPARATOR } from "./codes.ts";

/** Any character that no pattern names at this place, and that is no colon. */
const OTHER = -2000;
const COLON = 58;

/**
 * One symbol for each way to go on: the characters that stand in patterns here, and one that does not.
 *
 * @param settled groups that are hit whatever follows: a word may go on for them, too
 */
export function symbolsAt(
  codes: Int32Array,
  positions: readonly number[],
  settled: readonly number[],
): readonly number[] {
  const symbols: number[] = settled.length > 0 ? [OTHER] : [];
  const many = positions.length > 24 ? new Set<number>() : undefined;
  const add = (symbol: number): void => {
    if (many === undefined ? symbols.includes(symbol) : many.has(symbol)) return;
    many?.add(symbol);
    symbols.push(symbol);
  };
  for (let i = 0; i < positions.length; i++) {
    const code = codes[positions[i]!]!;
    if (code >= 0 || code === SEPARATOR) add(code);
    else if (code === ANY_COLON) {
      add(COLON);
      add(SEPARATOR);
    } else if (code !== END) {
      const letters = lettersOf(code);
      if (letters === undefined) add(OTHER);
      else for (const letter of letters) add(letter);
    }
  }
  const other = symbols.indexOf(OTHER);
  if (other > 0) {
    // First, so that the shortest words are of characters that no pattern names.
    symbols[other] = symbols[0]!;
    symbols[0] = OTHER;
  }
  return symbols;
}

const PLEASANT = "xyzqwvkjbhgtnmprsacdefiolu0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

/** How a symbol is written, at a place where patterns name some others. */
export function characterOf(symbol: number, named: readonly number[]): number {
  if (symbol === SEPARATOR) return COLON;
  if (symbol !== OTHER) return symbol;
  for (let at = 0; at < PLEASANT.length; at++) {
    const code = PLEASANT.charCodeAt(at);
    if (!named.includes(code)) return code;
  }
  let code = 0xa1;
  while (named.includes(code)) code++;
  return code;
}
