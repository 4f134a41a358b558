import { SEPARATOR } from "@portcullis/policy";
import { ANY_COLON, COLON, lettersOf } from "./codes.ts";

/** Any character that no pattern names at this place, and that is no colon. */
const OTHER = -2000;

/**
 * One symbol for each way to go on: one that no pattern names here, and those that patterns name.
 * The first comes first, so that the shortest words are of characters that no pattern names; and
 * always, because a word may go on where every pattern is at its end, or is hit already.
 */
export function symbolsAt(codes: Int32Array, positions: readonly number[]): readonly number[] {
  const symbols: number[] = [OTHER];
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
    } else for (const letter of lettersOf(code) ?? []) add(letter);
  }
  return symbols;
}

const PREFERRED = "xyzqwvkjbhgtnmprsacdefiolu0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

/** How a symbol is written, at a place where patterns name some others. */
export function characterOf(symbol: number, named: readonly number[]): number {
  if (symbol === SEPARATOR) return COLON;
  if (symbol !== OTHER) return symbol;
  for (let at = 0; at < PREFERRED.length; at++) {
    const code = PREFERRED.charCodeAt(at);
    if (!named.includes(code)) return code;
  }
  let code = 0xa1;
  while (named.includes(code)) code++;
  return code;
}
