import type { ApplicablePolicies, ContextValue, Principal } from "@portcullis/policy";
import type { Tag } from "../record/tag.ts";
import type { SessionClaims, SessionOwner } from "./session-claims.ts";

/** Who makes a request, as its credentials proved: what the engine judges, and what operations need to know besides. */
export interface Caller {
  readonly principal: Principal;
  /** The caller's account: that of the principal; absent only for callers who hold a provider's token and no credentials. */
  readonly account: string;
  readonly accessKeyId: string;
  /** Identity, boundary, session and service control policies; resource policies come with the resource. */
  readonly policies: ApplicablePolicies;
  /** `aws:PrincipalTag/...`: the user's, or the role's with the session's over them. */
  readonly tags: readonly Tag[];
  readonly userName?: string;
  /** Present for every kind of temporary credentials. */
  readonly session?: CallerSession;
  /** When an MFA code was given with this very request, as `AssumeRole` takes one. */
  readonly mfaAt?: Date;
  /** What a provider vouches for, once verified: for callers who assume a role with its token instead of credentials. */
  readonly assertion?: ProviderAssertion;
}

/** What a web identity token or a SAML assertion says, all of it verified. */
export interface ProviderAssertion {
  /** The ARN of the provider as it is registered: the principal of trust policies. */
  readonly issuerArn: string;
  /** What the provider calls itself. */
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
  /** The session's length, when the request does not name one. */
  readonly sessionSeconds?: number;
  /** The longest session that the provider allows. */
  readonly maxSessionSeconds?: number;
  /** Condition keys of the provider, such as `<provider>:sub`. */
  readonly contextKeys: readonly (readonly [key: string, value: ContextValue])[];
  readonly saml?: SamlFacts;
}

/** What is known of a SAML assertion besides. */
export interface SamlFacts {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly usableUntil: number;
  /** The roles that the provider lets its user assume. */
  readonly roles: readonly { readonly roleArn: string; readonly providerArn: string }[];
  readonly subjectType: string;
  readonly nameQualifier: string;
}

/** Who asks before anything is proven: for operations that need no signature. */
export const ANONYMOUS: Caller = {
  principal: { type: "Anonymous" },
  account: "",
  accessKeyId: "",
  policies: { identity: [] },
  tags: [],
};

export interface CallerSession {
  readonly kind: SessionClaims["kind"];
  /** The record that it lives by, and all that its token says. */
  readonly owner: SessionOwner;
  readonly claims: SessionClaims;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** When the MFA code was given. */
  readonly mfaAt?: Date;
  readonly roleName?: string;
  readonly sessionName?: string;
  readonly sourceIdentity?: string;
  readonly transitiveTagKeys: readonly string[];
  /** The provider that vouched for a federated session: a SAML provider's ARN or an OIDC provider's host and path. */
  readonly federatedProvider?: string;
  /** Condition keys kept from the session's making, such as `<provider>:sub`. */
  readonly contextKeys?: readonly (readonly [key: string, value: ContextValue])[];
  /** The password must be changed first: nothing else is allowed. */
  readonly passwordChangeOnly?: boolean;
}
