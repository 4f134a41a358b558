import { KINDS, policySize } from "@portcullis/policy";
import { type CheckRule, ofStatements } from "./check.ts";
import type { LintDocument, LintStatement, LocatedNode } from "./document.ts";

/** Checks of what a document of its kind may hold, and how much. */
export const KIND_CHECKS: readonly CheckRule[] = [
  unsupported(
    "Unsupported principal",
    ({ principals }, { kind }) =>
      KINDS[kind].principal === "required" || kind === "serviceControl" ? undefined : principals,
    "The policy type does not support the Principal element. Remove the Principal element.",
  ),
  unsupported(
    "SCP syntax error principal",
    ({ principals }, { kind }) => (kind === "serviceControl" ? principals : undefined),
    "SCPs do not support specifying principals. Remove the Principal or NotPrincipal element.",
  ),
  unsupported(
    "Role trust policy syntax error NotPrincipal",
    ({ principals }, { kind }) =>
      kind === "trust" && principals?.except === true ? principals : undefined,
    "Role trust policies do not support NotPrincipal. Update the policy to use Principal instead.",
  ),
  unsupported(
    "Role trust policy syntax error resource",
    ({ resources }, { kind }) => (kind === "trust" ? resources : undefined),
    "Role trust policies apply to the role that they are attached to. Remove the Resource or NotResource element.",
  ),
  tooLarge(
    "Policy size exceeds identity policy quota",
    "WARNING",
    "identity",
    6144,
    "The characters in the identity policy, excluding whitespace, exceed the character maximum for inline and managed policies.",
  ),
  tooLarge(
    "Policy size exceeds SCP quota",
    "ERROR",
    "serviceControl",
    5120,
    "The characters in the service control policy (SCP) exceed the character maximum for SCPs.",
  ),
];

/** A check of an element that documents of some kinds do not have. */
function unsupported(
  title: string,
  elementOf: (statement: LintStatement, document: LintDocument) => LocatedNode | undefined,
  details: string,
): CheckRule {
  return {
    title,
    type: "ERROR",
    find: ofStatements((statement, document) => {
      const at = elementOf(statement, document);
      return at && { at, details };
    }),
  };
}

function tooLarge(
  title: string,
  type: CheckRule["type"],
  kind: LintDocument["kind"],
  quota: number,
  details: string,
): CheckRule {
  return {
    title,
    type,
    *find(document) {
      if (document.kind !== kind) return;
      const size = policySize(document.text);
      if (size <= quota) return;
      yield {
        at: document.root,
        details: `${details} We recommend that you use multiple granular policies. It has ${size} of ${quota}.`,
      };
    },
  };
}
