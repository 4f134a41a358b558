import { printPolicy, type Statement } from "@portcullis/policy";

const texts = new WeakMap<Statement, string>();

/** A statement as JSON, as in a document. Made once for as long as the compiled policy is cached. */
export function statementText(statement: Statement): string {
  let text = texts.get(statement);
  if (text === undefined) {
    const document = printPolicy({
      kind: "identity",
      version: undefined,
      id: undefined,
      statements: [statement],
    });
    text = JSON.stringify(JSON.parse(document).Statement[0]);
    texts.set(statement, text);
  }
  return text;
}
