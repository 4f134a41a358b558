/** A place in the text as Access Analyzer counts: lines from 1, columns and offsets from 0. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export interface TextSpan {
  readonly start: TextPosition;
  /** Behind the last character. */
  readonly end: TextPosition;
}

/** Finds lines and columns in a text. */
export interface Positions {
  spanOf(start: number, end: number): TextSpan;
}

export function positionsIn(text: string): Positions {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1))
    lineStarts.push(at + 1);
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
