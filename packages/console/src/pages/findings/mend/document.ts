/** A policy document as far as mending changes it; other members stay as they are. */
export interface Statement {
  Sid?: string;
  Effect?: string;
  Principal?: "*" | Record<string, string | string[]>;
  Action?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
  [member: string]: unknown;
}

export interface Document {
  Version?: string;
  Statement: Statement[];
  [member: string]: unknown;
}

/** Undefined: the text is no document whose statements can be changed one by one. */
export function parseDocument(text: string): Document | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || !("Statement" in parsed)) return undefined;
    const { Statement } = parsed;
    const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
    if (!statements.every((one) => typeof one === "object" && one !== null)) return undefined;
    return { ...parsed, Statement: statements as Statement[] };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export const documentText = (document: Document): string => JSON.stringify(document, null, 2);

/**
 * The document with one statement changed. Undefined when `change` answers so, or when that
 * statement is not there any more: somebody changed the document meanwhile.
 */
export function changeStatement(
  text: string,
  index: number,
  change: (statement: Statement) => Statement | "remove" | undefined,
): string | undefined {
  const document = parseDocument(text);
  const statement = document?.Statement[index];
  if (document === undefined || statement === undefined) return undefined;
  const changed = change(statement);
  if (changed === undefined) return undefined;
  const rest = document.Statement.toSpliced(index, 1, ...(changed === "remove" ? [] : [changed]));
  return rest.length === 0 ? undefined : documentText({ ...document, Statement: rest });
}

/** Lists and single values alike. */
export const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;
