import type {
  DecisionDescription,
  StatementSummary,
} from "@portcullis/control-api/portcullis-client";
import { principalOf } from "../../decisions/principal.ts";

/** One thing that must change before the request is allowed. */
export interface Obstacle {
  readonly policyType: string;
  /** Denies that stand against the request, where the account may see them. */
  readonly denies: readonly StatementSummary[];
  /** What must change, in a sentence. */
  readonly sentence: string;
  /** JSON of the statement that is missing. */
  readonly statement?: string | undefined;
}

/** What would allow a denied request. */
export type Remedy =
  /** One statement for a policy of the principal's. */
  | { readonly kind: "add"; readonly statement: string }
  /** All of them; no allow for the principal helps before. */
  | { readonly kind: "obstacles"; readonly obstacles: readonly Obstacle[] }
  | { readonly kind: "none" };

export function remedyOf(decision: DecisionDescription, account: string): Remedy {
  const { Outcome, Verdicts = [], SuggestedStatements, PrincipalArn = "" } = decision;
  const denies = Verdicts.filter((verdict) => verdict.Outcome === "explicitDeny");
  if (Outcome === "explicitDeny")
    return {
      kind: "obstacles",
      obstacles: denies.map(({ PolicyType, Statements }) => ({
        policyType: PolicyType,
        // Those of another account's policies, or of the organization's, have no name.
        denies: Statements.filter(({ Effect, PolicyId }) => Effect === "Deny" && PolicyId !== ""),
        sentence: DENIES[PolicyType] ?? OWN_DENY,
      })),
    };
  const [first, ...others] = SuggestedStatements ?? [];
  if (first === undefined) return { kind: "none" };
  const principal = principalOf(PrincipalArn);
  const mayAdd =
    principal.account === account && (principal.kind === "user" || principal.kind === "role");
  if (others.length === 0 && first.PolicyType === "identity-based" && mayAdd)
    return { kind: "add", statement: first.Statement };
  return {
    kind: "obstacles",
    obstacles: [first, ...others].map(({ PolicyType, Statement }) => ({
      policyType: PolicyType,
      denies: [],
      sentence:
        PolicyType === "identity-based" && !mayAdd
          ? "A policy of the principal must have this statement. It is not a user or role of this account."
          : (ADDITIONS[PolicyType] ?? `A ${PolicyType} policy must have this statement.`),
      statement: Statement,
    })),
  };
}

const OWN_DENY = "A deny wins over every allow. Change or remove this statement.";

const DENIES: Readonly<Record<string, string>> = {
  "service control":
    "A service control policy of the organization denies the request. Only the management account can change it.",
  session:
    "The session's own policy denies the request. Whoever takes the session must pass another one.",
  "permissions boundary":
    "The permissions boundary denies the request. Change the boundary, or give the principal another one.",
  "resource-based":
    "The resource's own policy denies the request. Whoever owns the resource can change it.",
};

const ADDITIONS: Readonly<Record<string, string>> = {
  "identity-based": "A policy of the principal must have this statement.",
  "permissions boundary":
    "The permissions boundary does not reach so far. It must have this statement, or the principal another boundary.",
  "service control":
    "The organization's service control policies do not allow the request. The management account must add this statement to one of them.",
  session:
    "The session's own policy does not allow the request. Whoever takes the session must pass this statement.",
  "resource-based":
    "The resource's own policy does not allow the request. Whoever owns the resource can add this statement.",
  "role trust": "The role's trust policy must have this statement.",
};
