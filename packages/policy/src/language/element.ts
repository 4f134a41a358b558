/** The elements of a policy (IAM UG/reference_policies_grammar). */
export const POLICY_ELEMENTS: ReadonlySet<string> = new Set(["Version", "Id", "Statement"]);

/** The elements of a statement. */
export const STATEMENT_ELEMENTS: ReadonlySet<string> = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);
