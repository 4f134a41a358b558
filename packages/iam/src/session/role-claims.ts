import type { ProviderAssertion } from "../model/caller.ts";
import type { SessionClaims } from "../model/session-claims.ts";
import type { RoleRecord } from "../record/role.ts";
import type { SessionTags } from "./session-tags.ts";

/** What is decided of a role session when it is made. Times are epoch seconds. */
export interface RoleClaimsInput
  extends SessionTags,
    Pick<SessionClaims, "issuedAt" | "expiresAt" | "policies" | "policyArns"> {
  readonly sessionName: string;
  readonly sourceIdentity?: string | undefined;
  /** Of a session that an identity provider vouched for. */
  readonly federation?: Pick<SessionClaims, "federatedProvider" | "contextKeys"> | undefined;
}

/** The claims of a role's session, however it comes about; what is empty is left out, so that tokens are short. */
export const roleClaims = (
  role: RoleRecord,
  {
    issuedAt,
    expiresAt,
    sessionName,
    policies,
    policyArns,
    tags,
    transitiveTagKeys,
    sourceIdentity,
    federation,
  }: RoleClaimsInput,
): Omit<SessionClaims, "accessKeyId" | "secret"> => ({
  kind: "AssumedRole",
  account: role.account,
  ownerId: role.id,
  name: sessionName,
  issuedAt,
  expiresAt,
  ...(policies === undefined ? {} : { policies }),
  ...(policyArns === undefined ? {} : { policyArns }),
  ...(tags.length === 0 ? {} : { tags }),
  ...(transitiveTagKeys.length === 0 ? {} : { transitiveTagKeys }),
  ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  ...federation,
});

/** Of web identities: who it is, and for whom. SAML has the same under its own names (IAM UG/reference_policies_iam-condition-keys). */
const LASTING: readonly string[] = ["aud", "sub", "amr", "iss", "sub_type", "namequalifier", "doc"];

/**
 * What a session knows of the provider that vouched for it. Of the provider's condition keys it has those that last: the others
 * are there only while the role is being assumed.
 */
export const federationClaims = ({
  provider,
  contextKeys,
}: ProviderAssertion): NonNullable<RoleClaimsInput["federation"]> => ({
  federatedProvider: provider,
  contextKeys: contextKeys.filter(([key]) =>
    LASTING.includes(key.slice(key.lastIndexOf(":") + 1).toLowerCase()),
  ),
});
