import type * as sdk from "@aws-sdk/client-iam";
import {
  checkClientIds,
  checkProviderUrl,
  checkThumbprints,
  findOidcProvider,
  lookUpOidcProvider,
  oidcProviderTarget,
  saveOidcProvider,
} from "../../../entity/oidc-provider.ts";
import { tagAtCreation } from "../../../entity/tag-at-creation.ts";
import { mergeTags, sdkTags } from "../../../entity/tagging.ts";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation, type Target } from "../../../model/operation.ts";
import { accountCountKey } from "../../../record/account.ts";
import {
  type OidcProviderRecord,
  oidcProviderArn,
  oidcProviderKey,
} from "../../../record/oidc-provider.ts";
import { partitionOf } from "../../../record/partition.ts";

/** Quota (IAM UG/reference_iam-quotas). The list of all providers has no pages. */
const PROVIDERS_PER_ACCOUNT = 100;
const LIST = partitionOf("oidc-providers");

export const oidcProviderOperations = {
  CreateOpenIDConnectProvider: operation<
    sdk.CreateOpenIDConnectProviderCommandInput,
    sdk.CreateOpenIDConnectProviderCommandOutput
  >({
    action: "iam:CreateOpenIDConnectProvider",
    target: newProvider,
    alsoAuthorize: (context, input) =>
      tagAtCreation("iam:TagOpenIDConnectProvider", newProvider(context, input), input.Tags),
    async run(context, input) {
      const { account, unit, now } = context;
      const url = checkProviderUrl(input.Url ?? "");
      if (await unit.get(oidcProviderKey(account, url))) {
        throw new ApiError(
          "EntityAlreadyExists",
          `Provider with url https://${url} already exists.`,
        );
      }
      const provider: OidcProviderRecord = {
        account,
        url,
        createdAt: now.toISOString(),
        clientIds: checkClientIds(input.ClientIDList ?? []),
        // Without thumbprints, the provider's TLS certificate is verified by the trusted
        // authorities. Nothing is fetched from the provider here, unlike in AWS.
        thumbprints: checkThumbprints(input.ThumbprintList ?? []),
        tags: mergeTags([], input.Tags),
      };
      saveOidcProvider(context, provider);
      unit.put({ account, partition: LIST, sort: url }, { url }, { expect: "any" });
      unit.count(accountCountKey(account, "oidcProviders"), "count", 1, {
        limit: PROVIDERS_PER_ACCOUNT,
        error: () =>
          new ApiError(
            "LimitExceeded",
            `Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${PROVIDERS_PER_ACCOUNT}`,
          ),
      });
      const tags = provider.tags.length > 0 ? { Tags: sdkTags(provider.tags) } : {};
      return { OpenIDConnectProviderArn: oidcProviderArn(provider), ...tags };
    },
  }),

  GetOpenIDConnectProvider: operation<
    sdk.GetOpenIDConnectProviderCommandInput,
    sdk.GetOpenIDConnectProviderCommandOutput
  >({
    action: "iam:GetOpenIDConnectProvider",
    target: oidcProviderTarget,
    async run(context, input) {
      const { url, clientIds, thumbprints, createdAt, tags } = await findOidcProvider(
        context,
        input,
      );
      return {
        Url: url,
        ClientIDList: [...clientIds],
        ThumbprintList: [...thumbprints],
        CreateDate: new Date(createdAt),
        Tags: sdkTags(tags),
      };
    },
  }),

  ListOpenIDConnectProviders: operation<
    sdk.ListOpenIDConnectProvidersCommandInput,
    sdk.ListOpenIDConnectProvidersCommandOutput
  >({
    action: "iam:ListOpenIDConnectProviders",
    target: ({ account }) => ({ arn: oidcProviderArn({ account, url: "" }) }),
    async run({ account, unit }) {
      const { records } = await unit.query<{ readonly url: string }>({
        account,
        partition: LIST,
        limit: PROVIDERS_PER_ACCOUNT,
      });
      return {
        OpenIDConnectProviderList: records.map(({ data }) => ({
          Arn: oidcProviderArn({ account, url: data.url }),
        })),
      };
    },
  }),

  AddClientIDToOpenIDConnectProvider: operation<
    sdk.AddClientIDToOpenIDConnectProviderCommandInput,
    sdk.AddClientIDToOpenIDConnectProviderCommandOutput
  >({
    action: "iam:AddClientIDToOpenIDConnectProvider",
    target: oidcProviderTarget,
    async run(context, input) {
      const provider = await findOidcProvider(context, input);
      const clientIds = checkClientIds([...provider.clientIds, input.ClientID ?? ""]);
      saveOidcProvider(context, { ...provider, clientIds });
      return {};
    },
  }),

  RemoveClientIDFromOpenIDConnectProvider: operation<
    sdk.RemoveClientIDFromOpenIDConnectProviderCommandInput,
    sdk.RemoveClientIDFromOpenIDConnectProviderCommandOutput
  >({
    action: "iam:RemoveClientIDFromOpenIDConnectProvider",
    target: oidcProviderTarget,
    async run(context, input) {
      const provider = await findOidcProvider(context, input);
      saveOidcProvider(context, {
        ...provider,
        clientIds: provider.clientIds.filter((id) => id !== input.ClientID),
      });
      return {};
    },
  }),

  UpdateOpenIDConnectProviderThumbprint: operation<
    sdk.UpdateOpenIDConnectProviderThumbprintCommandInput,
    sdk.UpdateOpenIDConnectProviderThumbprintCommandOutput
  >({
    action: "iam:UpdateOpenIDConnectProviderThumbprint",
    target: oidcProviderTarget,
    async run(context, input) {
      const provider = await findOidcProvider(context, input);
      saveOidcProvider(context, {
        ...provider,
        thumbprints: checkThumbprints(input.ThumbprintList ?? []),
      });
      return {};
    },
  }),

  DeleteOpenIDConnectProvider: operation<
    sdk.DeleteOpenIDConnectProviderCommandInput,
    sdk.DeleteOpenIDConnectProviderCommandOutput
  >({
    action: "iam:DeleteOpenIDConnectProvider",
    target: oidcProviderTarget,
    async run(context, input) {
      const { account, unit } = context;
      const provider = await lookUpOidcProvider(context, input);
      // IAM API/DeleteOpenIDConnectProvider: deleting a missing provider is no error.
      if (provider === undefined) return {};
      unit.delete(oidcProviderKey(account, provider.url));
      unit.delete({ account, partition: LIST, sort: provider.url }, { expect: "any" });
      unit.count(accountCountKey(account, "oidcProviders"), "count", -1);
      return {};
    },
  }),
} as const;

function newProvider(
  { account }: OperationContext,
  { Url = "" }: sdk.CreateOpenIDConnectProviderCommandInput,
): Target {
  return { arn: oidcProviderArn({ account, url: checkProviderUrl(Url) }) };
}
