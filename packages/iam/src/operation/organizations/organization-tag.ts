import type * as sdk from "@aws-sdk/client-organizations";
import { mergeTags, removeTags, sdkTags } from "../../entity/tagging.ts";
import { ApiError } from "../../error.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { findOrganization, saveOrganization } from "../../organization/organization.ts";
import { organizationSlice } from "../../organization/organization-page.ts";
import { organizationTarget, resourceKindOf } from "../../organization/organization-target.ts";
import {
  memberKey,
  organizationalUnitKey,
  serviceControlPolicyKey,
} from "../../record/organization.ts";
import type { Tag } from "../../record/tag.ts";
import { organizationPolicyKey } from "../../record/trusted-access.ts";
import type { RecordKey } from "../../storage/unit-of-work.ts";

export const organizationTagOperations = {
  TagResource: operation<sdk.TagResourceCommandInput, sdk.TagResourceCommandOutput>({
    action: "organizations:TagResource",
    target: organizationTarget("account", (input: sdk.TagResourceCommandInput) => input.ResourceId),
    conditionKeys: (_, input) => policyTypeOf(input.ResourceId),
    async run(context, input) {
      const { tags, save } = await openTaggedResource(context, input.ResourceId ?? "");
      save(mergeTags(tags, input.Tags));
      return {};
    },
  }),

  UntagResource: operation<sdk.UntagResourceCommandInput, sdk.UntagResourceCommandOutput>({
    action: "organizations:UntagResource",
    target: organizationTarget(
      "account",
      (input: sdk.UntagResourceCommandInput) => input.ResourceId,
    ),
    conditionKeys: (_, input) => policyTypeOf(input.ResourceId),
    async run(context, input) {
      const { tags, save } = await openTaggedResource(context, input.ResourceId ?? "");
      save(removeTags(tags, input.TagKeys));
      return {};
    },
  }),

  ListTagsForResource: operation<
    sdk.ListTagsForResourceCommandInput,
    sdk.ListTagsForResourceCommandOutput
  >({
    action: "organizations:ListTagsForResource",
    target: organizationTarget(
      "account",
      (input: sdk.ListTagsForResourceCommandInput) => input.ResourceId,
    ),
    conditionKeys: (_, input) => policyTypeOf(input.ResourceId),
    async run(context, input) {
      const { tags } = await openTaggedResource(context, input.ResourceId ?? "");
      const { items, ...rest } = await organizationSlice(tags, { NextToken: input.NextToken });
      return { Tags: sdkTags(items), ...rest };
    },
  }),
} as const;

/** Returns the condition key `organizations:PolicyType` if the resource is a policy. */
const policyTypeOf = (id: string | undefined) => ({
  "organizations:PolicyType":
    resourceKindOf(id) === "policy" ? "SERVICE_CONTROL_POLICY" : undefined,
});

interface Tagged {
  readonly tags: readonly Tag[];
  readonly save: (tags: readonly Tag[]) => void;
}

async function openTaggedResource(context: OperationContext, id: string): Promise<Tagged> {
  const { account, unit } = context;
  const organization = await findOrganization(context);
  if (id === organization.rootId) {
    return {
      tags: organization.rootTags,
      save: (rootTags) => saveOrganization(context, { ...organization, rootTags }),
    };
  }
  const opened = async <T extends { readonly id: string; readonly tags: readonly Tag[] }>(
    key: RecordKey<T>,
  ): Promise<Tagged> => {
    const record = await unit.get(key);
    if (record?.id !== id)
      throw new ApiError("TargetNotFoundException", "You specified a target that doesn't exist.");
    return { tags: record.tags, save: (tags) => unit.put(key, { ...record, tags }) };
  };
  switch (resourceKindOf(id)) {
    case "account":
      return opened(memberKey(account, id));
    case "ou":
      return opened(organizationalUnitKey(account, id));
    case "resourcepolicy":
      return opened(organizationPolicyKey(account));
    default:
      return opened(serviceControlPolicyKey(account, id));
  }
}
