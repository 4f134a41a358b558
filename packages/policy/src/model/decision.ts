import type { LIMITS } from "./limits.ts";

/** The kinds of policies in an evaluation, by AWS's names. */
export type PolicyType =
  | "identity-based"
  | "resource-based"
  | "permissions boundary"
  | "session"
  | "service control"
  | "role trust";

/** A statement, by its policy's id as given to the compiler and its index in the document. */
export interface StatementReference {
  readonly policyId: string;
  readonly policyType: PolicyType;
  readonly index: number;
  readonly sid?: string;
}

/** The result of an evaluation, with the statements that decided it. */
export type Decision =
  | { readonly outcome: "allowed"; readonly statements: readonly StatementReference[] }
  | {
      readonly outcome: "implicitDeny";
      /** The kind of policy that had to allow and did not. */
      readonly missing: PolicyType;
      readonly statements: readonly StatementReference[];
      /** The limit that ended the evaluation, if one did. Then `missing` says nothing. */
      readonly exceeded?: keyof typeof LIMITS;
    }
  | {
      readonly outcome: "explicitDeny";
      readonly deniedBy: PolicyType;
      readonly statements: readonly StatementReference[];
    };
