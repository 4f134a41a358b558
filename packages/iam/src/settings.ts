import type { ServiceCatalog } from "./protected-api.ts";

/**
 * The settings of an installation. Quotas are AWS's defaults (IAM UG/reference_iam-quotas). Those
 * that AWS raises on request can be changed here.
 */
export interface Settings {
  readonly managementAccount: string;
  readonly region: string;
  /**
   * The control API's public URL without a trailing slash. It is the issuer of the installation's
   * tokens.
   */
  readonly issuer: string;
  readonly quotas: Quotas;
  /**
   * The rate limit of each member account's calls to the control API. The management account is not
   * limited.
   */
  readonly memberRate: { readonly perSecond: number; readonly burst: number };
  /**
   * Identity providers may have private addresses. INVARIANT: only a local installation sets it.
   */
  readonly privateIdentityProviders?: boolean;
  /** Audience and recipient of SAML assertions, if not AWS's. */
  readonly samlAudience?: string;
  /** The protected APIs. `portcullis dev` may load another definition later. @default none */
  readonly catalog?: () => ServiceCatalog;
}

/** Quotas of an account that can be raised. */
export interface Quotas {
  /** Undefined: unlimited. */
  readonly users?: number;
  readonly groups: number;
  readonly roles: number;
  readonly policies: number;
  readonly instanceProfiles: number;
  readonly serverCertificates: number;
}

/** AWS's default quotas. */
export const DEFAULT_QUOTAS: Quotas = {
  groups: 300,
  roles: 1000,
  policies: 1500,
  instanceProfiles: 1000,
  serverCertificates: 20,
};

/** About AWS's limits for IAM. The burst lets a tool apply a whole plan at once. */
export const DEFAULT_MEMBER_RATE = { perSecond: 50, burst: 500 };

/** Quotas that can't be raised. Document sizes are in characters without whitespace. */
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
