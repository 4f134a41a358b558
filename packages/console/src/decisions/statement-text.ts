import { type PolicyKind, parsePolicy, printPolicy } from "@portcullis/policy";

/** The statements of a document, each as decision records have its text. */
export function recordedTexts(document: string, kind: PolicyKind): readonly string[] {
  const parsed = parsePolicy(document, kind);
  if (!parsed.ok) return [];
  return parsed.policy.statements.map((statement) => {
    const printed = printPolicy({
      kind: "identity",
      version: undefined,
      id: undefined,
      statements: [statement],
    });
    return JSON.stringify(JSON.parse(printed).Statement[0]);
  });
}
