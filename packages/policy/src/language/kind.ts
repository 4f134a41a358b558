import type { Problem } from "../model/issue.ts";
import type { PolicyKind } from "../model/policy.ts";

/** The elements that a document of a kind must have, may have, or must not have. */
export interface KindRules {
  readonly version: "any" | "current";
  readonly principal: "required" | "prohibited";
  readonly notPrincipal: "allowed" | "prohibited";
  readonly resource: "required" | "prohibited";
  readonly actions: "any" | "assume role";
  readonly badJson: Problem;
}

const WITHOUT_PRINCIPAL: KindRules = {
  version: "any",
  principal: "prohibited",
  notPrincipal: "prohibited",
  resource: "required",
  actions: "any",
  badJson: "json",
};

/** The rules of each kind of document. */
export const KINDS: Readonly<Record<PolicyKind, KindRules>> = {
  identity: WITHOUT_PRINCIPAL,
  // AWS accepts the older version in inline and trust policies only.
  managed: { ...WITHOUT_PRINCIPAL, version: "current" },
  boundary: WITHOUT_PRINCIPAL,
  session: WITHOUT_PRINCIPAL,
  serviceControl: WITHOUT_PRINCIPAL,
  resource: { ...WITHOUT_PRINCIPAL, principal: "required", notPrincipal: "allowed" },
  // IAM UG/roles_terms-and-concepts: its resource is the role, its actions are the ways to assume
  // it.
  trust: {
    version: "any",
    principal: "required",
    notPrincipal: "prohibited",
    resource: "prohibited",
    actions: "assume role",
    badJson: "trustJson",
  },
};
