/** AWS's names for where a policy stands in an evaluation. */
export type PolicyType =
  | "identity-based"
  | "resource-based"
  | "permissions boundary"
  | "session"
  | "service control"
  | "role trust";

/** A statement that took part, with its place: the policy's id as given to the compiler, and its index in the document. */
export interface StatementReference {
  readonly policyId: string;
  readonly policyType: PolicyType;
  readonly index: number;
  readonly sid?: string;
}

export type Decision =
  | { readonly outcome: "allowed"; readonly statements: readonly StatementReference[] }
  | {
      readonly outcome: "implicitDeny";
      /** The kind of policy that should have allowed and did not. */
      readonly missing: PolicyType;
      readonly statements: readonly StatementReference[];
    }
  | {
      readonly outcome: "explicitDeny";
      readonly deniedBy: PolicyType;
      readonly statements: readonly StatementReference[];
    };
