import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import {
  findSamlProvider,
  readSamlMetadata,
  samlProviderTarget,
  saveSamlProvider,
  withEncryption,
} from "../../../entity/saml-provider.ts";
import { tagAtCreation } from "../../../entity/tag-at-creation.ts";
import { mergeTags, sdkTags } from "../../../entity/tagging.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { type OperationContext, operation, type Target } from "../../../model/operation.ts";
import { accountCountKey } from "../../../record/account.ts";
import { partitionOf } from "../../../record/partition.ts";
import { samlProviderArn, samlProviderKey } from "../../../record/saml-provider.ts";

/** Quota (IAM UG/reference_iam-quotas). The list of all providers has no pages. */
const PROVIDERS_PER_ACCOUNT = 100;
const LIST = partitionOf("saml-providers");

interface Entry {
  readonly name: string;
}

export const samlProviderOperations = {
  CreateSAMLProvider: operation<
    sdk.CreateSAMLProviderCommandInput,
    sdk.CreateSAMLProviderCommandOutput
  >({
    action: "iam:CreateSAMLProvider",
    target: newProvider,
    alsoAuthorize: (context, input) =>
      tagAtCreation("iam:TagSAMLProvider", newProvider(context, input), input.Tags),
    async run(context, input) {
      const { account, unit, now } = context;
      const name = input.Name ?? "";
      if (await unit.get(samlProviderKey(account, name))) {
        throw new ApiError(
          "EntityAlreadyExists",
          `SAML Provider with name ${name} already exists.`,
        );
      }
      const bare = {
        account,
        name,
        uuid: randomUUID(),
        createdAt: now.toISOString(),
        privateKeys: [],
        tags: mergeTags([], input.Tags),
        ...(await readSamlMetadata(input.SAMLMetadataDocument ?? "", now)),
      };
      const provider = withEncryption(context, bare, input);
      saveSamlProvider(context, provider);
      unit.put({ account, partition: LIST, sort: name.toLowerCase() }, { name }, { expect: "any" });
      unit.count(accountCountKey(account, "samlProviders"), "count", 1, {
        limit: PROVIDERS_PER_ACCOUNT,
        error: () =>
          new ApiError(
            "LimitExceeded",
            `Cannot exceed quota for SAMLProvidersPerAccount: ${PROVIDERS_PER_ACCOUNT}`,
          ),
      });
      const tags = provider.tags.length > 0 ? { Tags: sdkTags(provider.tags) } : {};
      return { SAMLProviderArn: samlProviderArn(provider), ...tags };
    },
  }),

  GetSAMLProvider: operation<sdk.GetSAMLProviderCommandInput, sdk.GetSAMLProviderCommandOutput>({
    action: "iam:GetSAMLProvider",
    target: samlProviderTarget,
    async run(context, input) {
      const provider = await findSamlProvider(context, input);
      return {
        SAMLProviderUUID: provider.uuid,
        SAMLMetadataDocument: provider.metadata,
        CreateDate: new Date(provider.createdAt),
        ValidUntil: new Date(provider.validUntil),
        Tags: sdkTags(provider.tags),
        ...(provider.encryption === undefined
          ? {}
          : { AssertionEncryptionMode: provider.encryption }),
        PrivateKeyList: provider.privateKeys.map(({ id, createdAt }) => ({
          KeyId: id,
          Timestamp: new Date(createdAt),
        })),
      };
    },
  }),

  ListSAMLProviders: operation<
    sdk.ListSAMLProvidersCommandInput,
    sdk.ListSAMLProvidersCommandOutput
  >({
    action: "iam:ListSAMLProviders",
    target: ({ account }) => ({ arn: samlProviderArn({ account, name: "" }) }),
    async run({ account, unit }) {
      const { records } = await unit.query<Entry>({
        account,
        partition: LIST,
        limit: PROVIDERS_PER_ACCOUNT,
      });
      const found = await unit.getAll(
        records.map(({ data }) => samlProviderKey(account, data.name)),
      );
      return {
        SAMLProviderList: found
          .filter((provider) => provider !== undefined)
          .map((provider) => ({
            Arn: samlProviderArn(provider),
            ValidUntil: new Date(provider.validUntil),
            CreateDate: new Date(provider.createdAt),
          })),
      };
    },
  }),

  UpdateSAMLProvider: operation<
    sdk.UpdateSAMLProviderCommandInput,
    sdk.UpdateSAMLProviderCommandOutput
  >({
    action: "iam:UpdateSAMLProvider",
    target: samlProviderTarget,
    async run(context, input) {
      const before = await findSamlProvider(context, input);
      const { SAMLMetadataDocument: metadata, RemovePrivateKey: removed } = input;
      if (removed !== undefined && !before.privateKeys.some(({ id }) => id === removed)) {
        throw noSuchEntity(`Private key ${removed} cannot be found.`);
      }
      const bare = {
        ...before,
        ...(metadata === undefined ? {} : await readSamlMetadata(metadata, context.now)),
        privateKeys: before.privateKeys.filter(({ id }) => id !== removed),
      };
      saveSamlProvider(context, withEncryption(context, bare, input));
      return { SAMLProviderArn: samlProviderArn(before) };
    },
  }),

  DeleteSAMLProvider: operation<
    sdk.DeleteSAMLProviderCommandInput,
    sdk.DeleteSAMLProviderCommandOutput
  >({
    action: "iam:DeleteSAMLProvider",
    target: samlProviderTarget,
    async run(context, input) {
      const { account, unit } = context;
      const { name } = await findSamlProvider(context, input);
      unit.delete(samlProviderKey(account, name));
      unit.delete({ account, partition: LIST, sort: name.toLowerCase() }, { expect: "any" });
      unit.count(accountCountKey(account, "samlProviders"), "count", -1);
      return {};
    },
  }),
} as const;

function newProvider(
  { account }: OperationContext,
  { Name = "" }: sdk.CreateSAMLProviderCommandInput,
): Target {
  return { arn: samlProviderArn({ account, name: Name }) };
}
