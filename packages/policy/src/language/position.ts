import type { Statement } from "../model/policy.ts";

/** A place in a document; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Where a statement begins and ends in the text that it was parsed from, as the policy simulator's MatchedStatements have
 * it: a recorded answer of AWS puts the columns of both one behind the braces.
 */
export function statementPosition(
  text: string,
  statement: Statement,
): { readonly start: Position; readonly end: Position } {
  return { start: positionOf(text, statement.start), end: positionOf(text, statement.end - 1) };
}

function positionOf(text: string, index: number): Position {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < index; at = text.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: index - lineStart + 2 };
}
