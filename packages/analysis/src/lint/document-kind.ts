import { KINDS, policySize } from "@portcullis/policy";
import { type CheckRule, ofStatements } from "./check.ts";
import type { LintDocument } from "./document.ts";

/** Checks of what a document of its kind may hold, and how much. */
export const KIND_CHECKS: readonly CheckRule[] = [
  {
    title: "Unsupported principal",
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
    title: "SCP syntax error principal",
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
    title: "Role trust policy syntax error NotPrincipal",
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
    title: "Role trust policy syntax error resource",
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
      if (document.kind !== kind || policySize(document.text) <= quota) return;
      const size = policySize(document.text);
      yield {
        at: { node: document.root, path: [] },
        details: `${details} We recommend that you use multiple granular policies. It has ${size} of ${quota}.`,
      };
    },
  };
}
