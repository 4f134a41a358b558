import type { Statement } from "../model/policy.ts";

/** A position in a text. Lines and columns count from 1, offsets from 0, in UTF-16 code units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A range of a text. `end` is the position after the last character. */
export interface TextSpan {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

/** Finds the lines and columns of offsets in a text. Lines end with a line feed. */
export function positionsIn(text: string): (offset: number) => TextPosition {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1))
    lineStarts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1, offset };
  };
}

/** The line and column of one offset. Use `positionsIn` for several. */
export const positionAt = (text: string, offset: number): TextPosition => positionsIn(text)(offset);

/**
 * The start and end of a statement in its document, as the policy simulator's MatchedStatements
 * have them. In recorded answers of AWS, both columns are one after the brace's.
 */
export function statementPosition(text: string, statement: Statement): TextSpan {
  const at = positionsIn(text);
  return { start: at(statement.start + 1), end: at(statement.end) };
}
