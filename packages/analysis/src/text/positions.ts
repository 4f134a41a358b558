import type { TextPosition, TextSpan } from "../lint/finding.ts";

/** Finds lines and columns in a text. */
export interface Positions {
  spanOf(start: number, end: number): TextSpan;
}

export function positionsIn(text: string): Positions {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  const positionOf = (offset: number): TextPosition => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - lineStarts[low]!, offset };
  };
  return { spanOf: (start, end) => ({ start: positionOf(start), end: positionOf(end) }) };
}
