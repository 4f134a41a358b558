import type { Caller, ProviderAssertion } from "../caller.ts";
import { ApiError } from "../error.ts";
import { keptKeys } from "../federation/kept-keys.ts";
import type { ConditionKeys, OperationContext, Requirement } from "../operation.ts";
import { roleOfArn, trustTarget } from "../role-trust.ts";
import { startRoleSession } from "./role-session.ts";
import type { RequestedPolicies } from "./session-policies.ts";
import { sessionTags } from "./session-tags.ts";

/** What `AssumeRoleWithWebIdentity` and `AssumeRoleWithSAML` have in common. */
interface FederatedInput extends RequestedPolicies {
  readonly RoleArn?: string | undefined;
  readonly DurationSeconds?: number | undefined;
  readonly MinimumSessionTokenSize?: number | undefined;
}

/** Who holds a provider's word and no credentials of ours, in the account whose provider it is. */
export const federatedCaller = (account: string, assertion: ProviderAssertion): Caller => ({
  principal: { type: "Federated", provider: assertion.issuerArn },
  account,
  accessKeyId: "",
  policies: { identity: [] },
  tags: [],
  assertion,
});

export function federationKeys({ caller }: Pick<OperationContext, "caller">): ConditionKeys {
  const { contextKeys, sessionName, sourceIdentity, tags, transitiveTagKeys } = assertionOf(caller);
  return {
    ...Object.fromEntries(contextKeys),
    "sts:RoleSessionName": sessionName,
    "sts:SourceIdentity": sourceIdentity,
    "sts:TransitiveTagKeys": transitiveTagKeys.length === 0 ? undefined : transitiveTagKeys,
    ...Object.fromEntries(tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": tags.length === 0 ? undefined : tags.map(({ key }) => key),
  };
}

export async function federationRequirements(
  { caller, unit }: Pick<OperationContext, "caller" | "unit">,
  { RoleArn: arn = "" }: FederatedInput,
): Promise<readonly Requirement[]> {
  const { tags, sourceIdentity } = assertionOf(caller);
  const target = trustTarget(arn, await roleOfArn(unit, arn));
  return [
    ...(tags.length === 0 ? [] : [{ action: "sts:TagSession", target }]),
    ...(sourceIdentity === undefined ? [] : [{ action: "sts:SetSourceIdentity", target }]),
  ];
}

/** Credentials for the role that the provider's word, and the role's trust, allow. */
export async function startFederatedSession(context: OperationContext, input: FederatedInput) {
  const { RoleArn: arn = "" } = input;
  const assertion = assertionOf(context.caller);
  const role = await roleOfArn(context.unit, arn);
  if (role === undefined) throw new Error(`role ${arn} was allowed to be assumed and does not exist`);
  const session = await startRoleSession(context, role, {
    ...input,
    ...checkedTags(assertion),
    DurationSeconds: input.DurationSeconds ?? assertion.sessionSeconds,
    sessionName: assertion.sessionName,
    sourceIdentity: assertion.sourceIdentity,
    maxSeconds: assertion.maxSessionSeconds,
    federation: { federatedProvider: assertion.provider, contextKeys: keptKeys(assertion) },
  });
  return { assertion, session };
}

export function assertionOf({ assertion }: Caller): ProviderAssertion {
  if (assertion === undefined) throw new TypeError("the caller was not proven by a provider");
  return assertion;
}

/** What a provider passes must be what a caller could have passed. @throws {ApiError} `InvalidIdentityToken` */
function checkedTags({ tags, transitiveTagKeys, sourceIdentity }: ProviderAssertion) {
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
    if (key === "" || key.length > 128 || value.length > 256 || !TAG.test(key) || !TAG.test(value)) {
      throw new ApiError(
        "InvalidIdentityToken",
        "A session tag of the identity provider is not a valid tag.",
      );
    }
  }
  return sessionTags(
    tags.map(({ key, value }) => ({ Key: key, Value: value })),
    transitiveTagKeys,
  );
}

const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
