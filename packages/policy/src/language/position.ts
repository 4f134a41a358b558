import type { Statement } from "../model/policy.ts";

/** A position in a document. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset in a text. Lines end with a line feed. */
export function positionAt(text: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/**
 * The start and end of a statement in its document, as the policy simulator's MatchedStatements
 * have them. In recorded answers of AWS, both columns are one after the brace's.
 */
export function statementPosition(
  text: string,
  statement: Statement,
): { readonly start: Position; readonly end: Position } {
  return {
    start: positionAt(text, statement.start + 1),
    end: positionAt(text, statement.end),
  };
}
