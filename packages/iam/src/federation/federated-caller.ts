import { ApiError } from "../error.ts";
import type { Caller, ProviderAssertion } from "../model/caller.ts";
import type { ConditionKeys } from "../model/operation.ts";
import { type SessionTags, sessionTags } from "../session/session-tags.ts";

/**
 * A caller with an identity provider's token and no credentials, in the account that registered the
 * provider.
 */
export const federatedCaller = (account: string, assertion: ProviderAssertion): Caller => ({
  principal: { type: "Federated", provider: assertion.issuerArn },
  account,
  accessKeyId: "",
  policies: { identity: [] },
  tags: [],
  assertion,
});

/** The condition keys of an assertion, for the role's trust policy. */
export function assertionKeys({
  contextKeys,
  sessionName,
  sourceIdentity,
  tags,
  transitiveTagKeys,
}: ProviderAssertion): ConditionKeys {
  return {
    ...Object.fromEntries(contextKeys),
    "sts:RoleSessionName": sessionName,
    "sts:SourceIdentity": sourceIdentity,
    "sts:TransitiveTagKeys": transitiveTagKeys.length === 0 ? undefined : transitiveTagKeys,
    ...Object.fromEntries(tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": tags.length === 0 ? undefined : tags.map(({ key }) => key),
  };
}

/** The actions that the trust policy must allow in addition to assuming the role. */
export const assertionRequires = ({
  tags,
  sourceIdentity,
}: ProviderAssertion): readonly string[] => [
  ...(tags.length === 0 ? [] : ["sts:TagSession"]),
  ...(sourceIdentity === undefined ? [] : ["sts:SetSourceIdentity"]),
];

/**
 * The assertion of a federated caller.
 * @throws {TypeError} for any other caller
 */
export function assertionOf({ assertion }: Caller): ProviderAssertion {
  if (assertion === undefined) throw new TypeError("the caller was not proven by a provider");
  return assertion;
}

/**
 * The session tags of an assertion, checked as a caller's own would be.
 * @throws {ApiError} `InvalidIdentityToken`
 */
export function assertionTags({
  tags,
  transitiveTagKeys,
  sourceIdentity,
}: ProviderAssertion): SessionTags {
  if (
    sourceIdentity !== undefined &&
    !(/^[\w+=,.@-]{2,64}$/.test(sourceIdentity) && !/^aws:/i.test(sourceIdentity))
  ) {
    throw new ApiError(
      "InvalidIdentityToken",
      'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
    );
  }
  for (const { key, value } of tags) {
    if (
      key === "" ||
      key.length > 128 ||
      value.length > 256 ||
      !TAG.test(key) ||
      !TAG.test(value)
    ) {
      throw new ApiError(
        "InvalidIdentityToken",
        "A session tag of the identity provider is not a valid tag.",
      );
    }
  }
  try {
    return sessionTags(
      tags.map(({ key, value }) => ({ Key: key, Value: value })),
      transitiveTagKeys,
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError("InvalidIdentityToken", error.message);
  }
}

const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
