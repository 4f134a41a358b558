import type { PolicyKind } from "../model/policy.ts";
import type { Problem } from "./malformed.ts";

/** Which elements a document of a kind must have, may have, or must not have. */
export interface KindRules {
  readonly principal: "required" | "prohibited";
  readonly notPrincipal: "allowed" | "prohibited";
  readonly resource: "required" | "prohibited";
  readonly actions: "any" | "assume role";
  readonly badJson: Problem;
}

const WITHOUT_PRINCIPAL: KindRules = {
  principal: "prohibited",
  notPrincipal: "prohibited",
  resource: "required",
  actions: "any",
  badJson: "json",
};

export const KINDS: Readonly<Record<PolicyKind, KindRules>> = {
  identity: WITHOUT_PRINCIPAL,
  boundary: WITHOUT_PRINCIPAL,
  session: WITHOUT_PRINCIPAL,
  serviceControl: WITHOUT_PRINCIPAL,
  resource: { ...WITHOUT_PRINCIPAL, principal: "required", notPrincipal: "allowed" },
  // IAM UG/roles_terms-and-concepts: a trust policy is of the role itself, and of the ways to assume it.
  trust: {
    principal: "required",
    notPrincipal: "prohibited",
    resource: "prohibited",
    actions: "assume role",
    badJson: "trustJson",
  },
};
