import type { ApplicablePolicies, ContextValue, Principal } from "@portcullis/policy";
import type { Tag } from "../record/tag.ts";
import type { SessionClaims, SessionOwner } from "./session-claims.ts";

/**
 * The authenticated caller of a request: the principal and its policies for the decision, and what
 * operations need in addition.
 */
export interface Caller {
  readonly principal: Principal;
  /**
   * The principal's account. For a federated caller, which has no credentials of an account yet,
   * the account of its identity provider.
   */
  readonly account: string;
  readonly accessKeyId: string;
  /**
   * Identity, boundary, session and service control policies. Resource policies belong to the
   * target.
   */
  readonly policies: ApplicablePolicies;
  /** `aws:PrincipalTag/...`: the user's tags, or the role's overridden by the session's. */
  readonly tags: readonly Tag[];
  readonly userName?: string;
  /** Present for temporary credentials. */
  readonly session?: CallerSession;
  /** Present if the request itself has a verified MFA code, as `AssumeRole` accepts one. */
  readonly mfaAt?: Date;
  /** The verified assertion of an identity provider, in place of credentials. */
  readonly assertion?: ProviderAssertion;
}

/** The content of a verified web identity token or SAML assertion. */
export interface ProviderAssertion {
  /** ARN of the registered provider, the principal in trust policies. */
  readonly issuerArn: string;
  /** The issuer in the token or assertion. */
  readonly issuer: string;
  /** `aws:FederatedProvider` */
  readonly provider: string;
  readonly subject: string;
  readonly audience: string;
  /** `RoleSessionName` */
  readonly sessionName: string;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  /** The session's duration if the request has no `DurationSeconds`. */
  readonly sessionSeconds?: number;
  /** The maximum duration that the provider allows. */
  readonly maxSessionSeconds?: number;
  /** Condition keys of the provider, such as `<provider>:sub`. */
  readonly contextKeys: readonly (readonly [key: string, value: ContextValue])[];
  readonly saml?: SamlFacts;
}

/** The part of an assertion that only SAML has. */
export interface SamlFacts {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly usableUntil: number;
  /** The roles that the provider lets its user assume. */
  readonly roles: readonly { readonly roleArn: string; readonly providerArn: string }[];
  readonly subjectType: string;
  readonly nameQualifier: string;
}

/** The caller of an operation without credentials, before `prove` runs. */
export const ANONYMOUS: Caller = {
  principal: { type: "Anonymous" },
  account: "",
  accessKeyId: "",
  policies: { identity: [] },
  tags: [],
};

/** The session of temporary credentials. */
export interface CallerSession {
  readonly kind: SessionClaims["kind"];
  /** The record that the session depends on. The session ends when that record is deleted. */
  readonly owner: SessionOwner;
  /** The opened session token. */
  readonly claims: SessionClaims;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** When the session's MFA code was verified. */
  readonly mfaAt?: Date;
  readonly roleName?: string;
  readonly sessionName?: string;
  readonly sourceIdentity?: string;
  readonly transitiveTagKeys: readonly string[];
  /**
   * The identity provider of a federated session: a SAML provider's ARN, or an OIDC provider's host
   * and path.
   */
  readonly federatedProvider?: string;
  /** Condition keys that the session keeps from its creation, such as `<provider>:sub`. */
  readonly contextKeys?: readonly (readonly [key: string, value: ContextValue])[];
  /** The password must be changed first. Nothing else is allowed. */
  readonly passwordChangeOnly?: boolean;
}
