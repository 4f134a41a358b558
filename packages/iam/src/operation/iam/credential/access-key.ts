import { randomBytes } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import { accountOfAccessKeyId, makeAccessKeyId } from "../../../access-key-id.ts";
import { iamArn } from "../../../arn.ts";
import { credentialOwner, ownerTarget } from "../../../entity/credential-owner.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { type OperationContext, operation, type Target } from "../../../model/operation.ts";
import { type AccessKeyRecord, accessKeyKey, accessKeySeal } from "../../../record/access-key.ts";
import { accessKeyUsageKey } from "../../../record/access-key-usage.ts";
import { rootArn } from "../../../record/root.ts";
import { userArn } from "../../../record/user.ts";
import { LIMITS } from "../../../settings.ts";
import { slicePage } from "../../../storage/pagination.ts";

export const accessKeyOperations = {
  CreateAccessKey: operation<sdk.CreateAccessKeyCommandInput, sdk.CreateAccessKeyCommandOutput>({
    action: "iam:CreateAccessKey",
    target: (context, input) => ownerTarget(context, input.UserName),
    async run(context, input) {
      const { account, unit, now, sealer, settings } = context;
      const owner = await credentialOwner(context, input.UserName);
      if (owner.accessKeys.length >= LIMITS.accessKeysPerUser) {
        throw new ApiError(
          "LimitExceeded",
          `Cannot exceed quota for AccessKeysPerUser: ${LIMITS.accessKeysPerUser}`,
        );
      }
      const id = makeAccessKeyId("AKIA", account);
      const secret = randomBytes(30).toString("base64");
      const record: AccessKeyRecord = {
        id,
        status: "Active",
        createdAt: now.toISOString(),
        sealedSecret: sealer.seal(Buffer.from(secret), accessKeySeal(account, id)),
        principal: owner.principal,
      };
      unit.put(accessKeyKey(id, settings.managementAccount), record);
      await owner.save({ accessKeys: [...owner.accessKeys, id] });
      return {
        AccessKey: {
          UserName: owner.userName,
          AccessKeyId: id,
          Status: "Active",
          SecretAccessKey: secret,
          CreateDate: now,
        },
      };
    },
  }),

  ListAccessKeys: operation<sdk.ListAccessKeysCommandInput, sdk.ListAccessKeysCommandOutput>({
    action: "iam:ListAccessKeys",
    target: (context, input) => ownerTarget(context, input.UserName),
    async run(context, input) {
      const { unit, settings } = context;
      const owner = await credentialOwner(context, input.UserName);
      const records = await unit.getAll(
        owner.accessKeys.map((id) => accessKeyKey(id, settings.managementAccount)),
      );
      const { items, ...rest } = slicePage(
        records.filter((record) => record !== undefined),
        input,
      );
      return {
        AccessKeyMetadata: items.map((record) => ({
          ...(owner.userName === undefined ? {} : { UserName: owner.userName }),
          AccessKeyId: record.id,
          Status: record.status,
          CreateDate: new Date(record.createdAt),
        })),
        ...rest,
      };
    },
  }),

  UpdateAccessKey: operation<sdk.UpdateAccessKeyCommandInput, sdk.UpdateAccessKeyCommandOutput>({
    action: "iam:UpdateAccessKey",
    target: (context, input) => ownerTarget(context, input.UserName),
    async run(context, input) {
      const { key, record } = await findAccessKey(context, input);
      const status = input.Status;
      if (status !== "Active" && status !== "Inactive") {
        throw new ApiError(
          "ValidationError",
          `Access keys can be made \`Active\` or \`Inactive\`, not \`${status}\`.`,
        );
      }
      context.unit.put(key, { ...record, status });
      return {};
    },
  }),

  DeleteAccessKey: operation<sdk.DeleteAccessKeyCommandInput, sdk.DeleteAccessKeyCommandOutput>({
    action: "iam:DeleteAccessKey",
    target: (context, input) => ownerTarget(context, input.UserName),
    async run(context, input) {
      const { key, owner, record } = await findAccessKey(context, input);
      await owner.save({ accessKeys: owner.accessKeys.filter((id) => id !== record.id) });
      context.unit.delete(key);
      context.unit.delete(accessKeyUsageKey(context.account, record.id), { expect: "any" });
      return {};
    },
  }),

  GetAccessKeyLastUsed: operation<
    sdk.GetAccessKeyLastUsedCommandInput,
    sdk.GetAccessKeyLastUsedCommandOutput
  >({
    action: "iam:GetAccessKeyLastUsed",
    async target(context, input) {
      const id = input.AccessKeyId ?? "";
      const principal = (await lookUpAccessKey(context, id))?.principal;
      const named: Target = {
        arn: iamArn(context.account, "user/"),
        resourceName: `access key ${id}`,
      };
      if (principal === undefined) return named;
      if (principal.type === "Root") return { ...named, arn: rootArn(context.account) };
      return { ...named, arn: userArn(principal), tags: principal.tags };
    },
    async run(context, input) {
      const { account, unit } = context;
      const id = input.AccessKeyId ?? "";
      const record = await lookUpAccessKey(context, id);
      if (record === undefined) throw noSuchKey(id);
      const usage = await unit.get(accessKeyUsageKey(account, id));
      return {
        ...(record.principal.type === "User" ? { UserName: record.principal.name } : {}),
        // An unused key has no date, and `N/A` for service and region (IAM API/AccessKeyLastUsed).
        AccessKeyLastUsed: usage
          ? {
              LastUsedDate: new Date(usage.lastUsedAt),
              ServiceName: usage.serviceName,
              Region: usage.region,
            }
          : { LastUsedDate: undefined, ServiceName: "N/A", Region: "N/A" },
      };
    },
  }),
} as const;

/** Returns a key of the caller's account. Keys of other accounts do not exist for the caller. */
async function lookUpAccessKey({ account, unit, settings }: OperationContext, id: string) {
  if ((accountOfAccessKeyId(id) ?? settings.managementAccount) !== account) return undefined;
  return unit.get(accessKeyKey(id, settings.managementAccount));
}

async function findAccessKey(
  context: OperationContext,
  input: { readonly UserName?: string | undefined; readonly AccessKeyId?: string | undefined },
) {
  const id = input.AccessKeyId ?? "";
  const owner = await credentialOwner(context, input.UserName);
  const key = accessKeyKey(id, context.settings.managementAccount);
  const record = owner.accessKeys.includes(id) ? await context.unit.get(key) : undefined;
  if (record === undefined) throw noSuchKey(id);
  return { key, owner, record };
}

const noSuchKey = (id: string) => noSuchEntity(`The Access Key with id ${id} cannot be found.`);
