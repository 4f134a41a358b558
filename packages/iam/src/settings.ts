/**
 * What an installation is told at its start. Quotas are AWS's defaults (IAM UG/reference_iam-quotas); those that AWS raises on
 * request are settings here.
 */
export interface Settings {
  readonly managementAccount: string;
  readonly region: string;
  /** The control API's URL as clients reach it, without a slash at its end: the issuer of our own tokens. */
  readonly issuer: string;
  readonly quotas: Quotas;
  /** Calls of the control API that each member account gets answered; the operator's own account is not limited. */
  readonly memberRate: { readonly perSecond: number; readonly burst: number };
  /** Identity providers may have private addresses. INVARIANT: only an installation on one's own machine sets it. */
  readonly privateIdentityProviders?: boolean;
  /** Audience and recipient of SAML assertions, in place of AWS's. */
  readonly samlAudience?: string;
}

export interface Quotas {
  /** Undefined: unlimited. */
  readonly users?: number;
  readonly groups: number;
  readonly roles: number;
  readonly policies: number;
  readonly instanceProfiles: number;
  readonly serverCertificates: number;
}

export const DEFAULT_QUOTAS: Quotas = {
  groups: 300,
  roles: 1000,
  policies: 1500,
  instanceProfiles: 1000,
  serverCertificates: 20,
};

/** About what AWS grants an account for IAM, with room for a tool that applies a plan at once. */
export const DEFAULT_MEMBER_RATE = { perSecond: 50, burst: 500 };

/** Quotas that are the same everywhere. Document sizes are characters without whitespace. */
export const LIMITS = {
  accessKeysPerUser: 2,
  mfaDevicesPerUser: 8,
  signingCertificatesPerUser: 2,
  sshPublicKeysPerUser: 5,
  serviceSpecificCredentialsPerService: 2,
  groupsPerUser: 10,
  attachedPolicies: 10,
  policyVersions: 5,
  tags: 50,
  managedPolicySize: 6144,
  userInlineSize: 2048,
  groupInlineSize: 5120,
  roleInlineSize: 10240,
  trustPolicySize: 2048,
} as const;
