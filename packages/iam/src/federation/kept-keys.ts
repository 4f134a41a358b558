import type { ProviderAssertion } from "../model/caller.ts";

/** Of web identities: who it is, and for whom. SAML has the same under its own names (IAM UG/reference_policies_iam-condition-keys). */
const KEPT: readonly string[] = ["aud", "sub", "amr", "iss", "sub_type", "namequalifier", "doc"];

/** What a session keeps of its provider's condition keys. The others are there only while the role is being assumed. */
export const keptKeys = ({ contextKeys }: ProviderAssertion): ProviderAssertion["contextKeys"] =>
  contextKeys.filter(([key]) => KEPT.includes(key.slice(key.lastIndexOf(":") + 1).toLowerCase()));
