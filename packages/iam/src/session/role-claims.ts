import type { ProviderAssertion } from "../model/caller.ts";
import type { SessionClaims } from "../model/session-claims.ts";
import type { RoleRecord } from "../record/role.ts";
import type { SessionTags } from "./session-tags.ts";

/** The properties of a new role session. Times are epoch seconds. */
export interface RoleClaimsInput
  extends SessionTags,
    Pick<SessionClaims, "issuedAt" | "expiresAt" | "policies" | "policyArns"> {
  readonly sessionName: string;
  readonly sourceIdentity?: string | undefined;
  /** Set if the session was created with an identity provider's assertion. */
  readonly federation?: Pick<SessionClaims, "federatedProvider" | "contextKeys"> | undefined;
}

/** The claims of a role session. Empty ones are left out, to keep tokens short. */
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

/**
 * The condition keys that a session keeps: the identity and its audience. SAML has the same under
 * its own names (IAM UG/reference_policies_iam-condition-keys).
 */
const LASTING: readonly string[] = ["aud", "sub", "amr", "iss", "sub_type", "namequalifier", "doc"];

/**
 * The claims of a session about its identity provider. Only lasting condition keys remain; the
 * others exist only while the role is being assumed.
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
