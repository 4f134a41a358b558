import { KINDS, policySize } from "@portcullis/policy";
import { type Check, ofStatements } from "./check.ts";
import type { LintDocument } from "./document.ts";

/** Checks of what a document of its kind may hold, and how much. */
export const KIND_CHECKS: readonly Check[] = [
  {
    code: "UNSUPPORTED_PRINCIPAL",
    type: "ERROR",
    find: ofStatements(function* ({ principals }, { kind }) {
      if (
        principals === undefined ||
        KINDS[kind].principal === "required" ||
        kind === "serviceControl"
      )
        return;
      yield {
        at: principals,
        details:
          "The policy type does not support the Principal element. Remove the Principal element.",
      };
    }),
  },
  {
    code: "SCP_SYNTAX_ERROR_PRINCIPAL",
    type: "ERROR",
    find: ofStatements(function* ({ principals }, { kind }) {
      if (principals === undefined || kind !== "serviceControl") return;
      yield {
        at: principals,
        details:
          "SCPs do not support specifying principals. Remove the Principal or NotPrincipal element.",
      };
    }),
  },
  {
    code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
    type: "ERROR",
    find: ofStatements(function* ({ principals }, { kind }) {
      if (kind !== "trust" || principals?.except !== true) return;
      yield {
        at: principals,
        details:
          "Role trust policies do not support NotPrincipal. Update the policy to use Principal instead.",
      };
    }),
  },
  {
    code: "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
    type: "ERROR",
    find: ofStatements(function* ({ resources }, { kind }) {
      if (kind !== "trust" || resources === undefined) return;
      yield {
        at: resources,
        details:
          "Role trust policies apply to the role that they are attached to. Remove the Resource or NotResource element.",
      };
    }),
  },
  tooLarge(
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
    "WARNING",
    "identity",
    6144,
    "The characters in the identity policy, excluding whitespace, exceed the character maximum for inline and managed policies.",
  ),
  tooLarge(
    "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
    "ERROR",
    "serviceControl",
    5120,
    "The characters in the service control policy (SCP) exceed the character maximum for SCPs.",
  ),
];

function tooLarge(
  code: string,
  type: Check["type"],
  kind: LintDocument["kind"],
  quota: number,
  details: string,
): Check {
  return {
    code,
    type,
    *find(document) {
      if (document.kind !== kind || policySize(document.text) <= quota) return;
      const size = policySize(document.text);
      yield {
        at: { node: document.root, path: [] },
        details: `${details} We recommend that you use multiple granular policies. It has ${size} of ${quota}.`,
      };
    },
  };
}
