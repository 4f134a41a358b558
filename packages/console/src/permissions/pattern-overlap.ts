/**
 * Relations of two patterns with `*` and `?`, as in the actions and resources of policies. Work is
 * bounded by the product of their lengths. Letters are compared without regard to case.
 */

/** Whether some text matches both patterns. */
export const overlaps = (one: string, other: string): boolean =>
  align(one.toLowerCase(), other.toLowerCase(), {
    skips: (symbol) => symbol === "*",
    matches: (letter, symbol) => letter === symbol || letter === "?" || symbol === "?",
  });

/**
 * Whether every text that matches `inner` matches `outer`. It may say no where the answer is yes: a
 * star in `inner` is only covered by a star.
 */
export const covers = (outer: string, inner: string): boolean =>
  align(outer.toLowerCase(), inner.toLowerCase(), {
    skips: () => false,
    matches: (letter, symbol) => letter === symbol || (letter === "?" && symbol !== "*"),
  });

interface Rules {
  /**
   * Whether a symbol of the second pattern may stand for nothing, or for any letters of the first.
   */
  readonly skips: (symbol: string) => boolean;
  /** Whether a letter of the first pattern, no star, stands for a symbol of the second. */
  readonly matches: (letter: string, symbol: string) => boolean;
}

function align(first: string, second: string, { skips, matches }: Rules): boolean {
  // reached[n]: the first pattern's letters so far can stand for the second's first n symbols.
  let reached = [true];
  for (const [at, symbol] of [...second].entries())
    reached.push(reached[at] === true && skips(symbol));
  for (const letter of first) {
    const isStar = letter === "*";
    const next = [isStar && reached[0] === true];
    for (const [at, symbol] of [...second].entries()) {
      const canStretch = isStar || skips(symbol);
      next.push(
        (canStretch && (next[at] === true || reached[at + 1] === true)) ||
          (!isStar && matches(letter, symbol) && reached[at] === true),
      );
    }
    reached = next;
  }
  return reached.at(-1) === true;
}
