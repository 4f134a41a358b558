import type * as sdk from "@aws-sdk/client-iam";
import {
  findInstanceProfile,
  instanceProfileTarget,
  saveInstanceProfile,
} from "../../../entity/instance-profile-changes.ts";
import {
  findOidcProvider,
  oidcProviderTarget,
  saveOidcProvider,
} from "../../../entity/oidc-provider-changes.ts";
import { findRole, roleTarget, saveRole } from "../../../entity/role-changes.ts";
import {
  findSamlProvider,
  samlProviderTarget,
  saveSamlProvider,
} from "../../../entity/saml-provider-changes.ts";
import { type OperationContext, operation } from "../../../operation.ts";
import { type PageRequest, slicePage } from "../../../pagination.ts";
import { findOwnPolicy, findPolicy, policyTarget } from "../../../permission/policy-arn.ts";
import { managedPolicyKey } from "../../../record/managed-policy.ts";
import type { Tag } from "../../../record/tag.ts";
import { mergeTags, removeTags, sdkTags } from "../../../tagging.ts";

/** Whatever has tags, found for a change of them. */
interface Tagged {
  readonly tags: readonly Tag[];
  readonly save: (tags: readonly Tag[]) => void;
}

/** Tags of roles, policies, instance profiles and providers, the same for each kind. */
export const resourceTagOperations = {
  TagRole: operation<sdk.TagRoleCommandInput, sdk.TagRoleCommandOutput>({
    action: "iam:TagRole",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    run: async (context, input) => tag(await taggedRole(context, input), input),
  }),
  UntagRole: operation<sdk.UntagRoleCommandInput, sdk.UntagRoleCommandOutput>({
    action: "iam:UntagRole",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    run: async (context, input) => untag(await taggedRole(context, input), input),
  }),
  ListRoleTags: operation<sdk.ListRoleTagsCommandInput, sdk.ListRoleTagsCommandOutput>({
    action: "iam:ListRoleTags",
    target: (context, input) => roleTarget(context, input.RoleName ?? ""),
    run: async (context, input) => list(await taggedRole(context, input), input),
  }),

  TagPolicy: operation<sdk.TagPolicyCommandInput, sdk.TagPolicyCommandOutput>({
    action: "iam:TagPolicy",
    target: policyTarget,
    run: async (context, input) => tag(await taggedPolicy(context, input), input),
  }),
  UntagPolicy: operation<sdk.UntagPolicyCommandInput, sdk.UntagPolicyCommandOutput>({
    action: "iam:UntagPolicy",
    target: policyTarget,
    run: async (context, input) => untag(await taggedPolicy(context, input), input),
  }),
  ListPolicyTags: operation<sdk.ListPolicyTagsCommandInput, sdk.ListPolicyTagsCommandOutput>({
    action: "iam:ListPolicyTags",
    target: policyTarget,
    async run(context, input) {
      const found = await findPolicy(context, input.PolicyArn ?? "");
      return list({ tags: found.owner === "account" ? found.record.tags : [] }, input);
    },
  }),

  TagInstanceProfile: operation<
    sdk.TagInstanceProfileCommandInput,
    sdk.TagInstanceProfileCommandOutput
  >({
    action: "iam:TagInstanceProfile",
    target: (context, input) => instanceProfileTarget(context, input.InstanceProfileName ?? ""),
    run: async (context, input) => tag(await taggedProfile(context, input), input),
  }),
  UntagInstanceProfile: operation<
    sdk.UntagInstanceProfileCommandInput,
    sdk.UntagInstanceProfileCommandOutput
  >({
    action: "iam:UntagInstanceProfile",
    target: (context, input) => instanceProfileTarget(context, input.InstanceProfileName ?? ""),
    run: async (context, input) => untag(await taggedProfile(context, input), input),
  }),
  ListInstanceProfileTags: operation<
    sdk.ListInstanceProfileTagsCommandInput,
    sdk.ListInstanceProfileTagsCommandOutput
  >({
    action: "iam:ListInstanceProfileTags",
    target: (context, input) => instanceProfileTarget(context, input.InstanceProfileName ?? ""),
    run: async (context, input) => list(await taggedProfile(context, input), input),
  }),

  TagOpenIDConnectProvider: operation<
    sdk.TagOpenIDConnectProviderCommandInput,
    sdk.TagOpenIDConnectProviderCommandOutput
  >({
    action: "iam:TagOpenIDConnectProvider",
    target: oidcProviderTarget,
    run: async (context, input) => tag(await taggedOidcProvider(context, input), input),
  }),
  UntagOpenIDConnectProvider: operation<
    sdk.UntagOpenIDConnectProviderCommandInput,
    sdk.UntagOpenIDConnectProviderCommandOutput
  >({
    action: "iam:UntagOpenIDConnectProvider",
    target: oidcProviderTarget,
    run: async (context, input) => untag(await taggedOidcProvider(context, input), input),
  }),
  ListOpenIDConnectProviderTags: operation<
    sdk.ListOpenIDConnectProviderTagsCommandInput,
    sdk.ListOpenIDConnectProviderTagsCommandOutput
  >({
    action: "iam:ListOpenIDConnectProviderTags",
    target: oidcProviderTarget,
    run: async (context, input) => list(await taggedOidcProvider(context, input), input),
  }),

  TagSAMLProvider: operation<sdk.TagSAMLProviderCommandInput, sdk.TagSAMLProviderCommandOutput>({
    action: "iam:TagSAMLProvider",
    target: samlProviderTarget,
    run: async (context, input) => tag(await taggedSamlProvider(context, input), input),
  }),
  UntagSAMLProvider: operation<
    sdk.UntagSAMLProviderCommandInput,
    sdk.UntagSAMLProviderCommandOutput
  >({
    action: "iam:UntagSAMLProvider",
    target: samlProviderTarget,
    run: async (context, input) => untag(await taggedSamlProvider(context, input), input),
  }),
  ListSAMLProviderTags: operation<
    sdk.ListSAMLProviderTagsCommandInput,
    sdk.ListSAMLProviderTagsCommandOutput
  >({
    action: "iam:ListSAMLProviderTags",
    target: samlProviderTarget,
    run: async (context, input) => list(await taggedSamlProvider(context, input), input),
  }),
} as const;

function tag(
  tagged: Tagged,
  { Tags }: { readonly Tags: readonly sdk.Tag[] | undefined },
): Record<never, never> {
  tagged.save(mergeTags(tagged.tags, Tags));
  return {};
}

function untag(
  tagged: Tagged,
  { TagKeys }: { readonly TagKeys: readonly string[] | undefined },
): Record<never, never> {
  tagged.save(removeTags(tagged.tags, TagKeys));
  return {};
}

function list({ tags }: Pick<Tagged, "tags">, request: PageRequest) {
  const { items, ...rest } = slicePage(sdkTags(tags), request);
  return { Tags: [...items], ...rest };
}

async function taggedRole(
  context: OperationContext,
  input: { readonly RoleName: string | undefined },
): Promise<Tagged> {
  const role = await findRole(context, input.RoleName ?? "");
  return { tags: role.tags, save: (tags) => saveRole(context, { ...role, tags }) };
}

async function taggedPolicy(
  context: OperationContext,
  input: { readonly PolicyArn: string | undefined },
): Promise<Tagged> {
  const { account, unit } = context;
  const policy = await findOwnPolicy(context, input.PolicyArn ?? "");
  return {
    tags: policy.tags,
    save: (tags) => unit.put(managedPolicyKey(account, policy.name), { ...policy, tags }),
  };
}

async function taggedProfile(
  context: OperationContext,
  input: { readonly InstanceProfileName: string | undefined },
): Promise<Tagged> {
  const profile = await findInstanceProfile(context, input.InstanceProfileName ?? "");
  return { tags: profile.tags, save: (tags) => saveInstanceProfile(context, { ...profile, tags }) };
}

async function taggedOidcProvider(
  context: OperationContext,
  input: { readonly OpenIDConnectProviderArn: string | undefined },
): Promise<Tagged> {
  const provider = await findOidcProvider(context, input);
  return { tags: provider.tags, save: (tags) => saveOidcProvider(context, { ...provider, tags }) };
}

async function taggedSamlProvider(
  context: OperationContext,
  input: { readonly SAMLProviderArn: string | undefined },
): Promise<Tagged> {
  const provider = await findSamlProvider(context, input);
  return { tags: provider.tags, save: (tags) => saveSamlProvider(context, { ...provider, tags }) };
}
