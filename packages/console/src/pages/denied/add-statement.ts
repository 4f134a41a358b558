/** A document with one statement more; a new one where there is none yet. */
export function withStatement(document: string | undefined, statement: string): string {
  const added: unknown = JSON.parse(statement);
  const before = document === undefined ? EMPTY : (JSON.parse(document) as PolicyJson);
  const { Statement } = before;
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  return JSON.stringify({ ...before, Statement: [...statements, added] }, null, 2);
}

/**
 * Whether a statement has a policy variable and the document is of the language's older version,
 * which takes variables literally.
 */
export function isTooOld(document: string | undefined, statement: string): boolean {
  if (document === undefined || !statement.includes("${")) return false;
  return (JSON.parse(document) as PolicyJson).Version !== EMPTY.Version;
}

interface PolicyJson {
  readonly Version?: string;
  readonly Statement: unknown;
}

const EMPTY: PolicyJson = { Version: "2012-10-17", Statement: [] };
