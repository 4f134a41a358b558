import { randomBytes } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import { makeAccessKeyId } from "../access-key-id.ts";
import { ApiError, noSuchEntity } from "../error.ts";
import { type OperationContext, operation } from "../operation.ts";
import { slicePage } from "../pagination.ts";
import { type AccessKeyRecord, accessKeyKey, accessKeySeal } from "../record/access-key.ts";
import { LIMITS } from "../settings.ts";
import { userTarget } from "./user.ts";
import { findUser, saveUser, userNameOrCaller } from "./user-changes.ts";

const ownOrNamed = (context: OperationContext, input: { readonly UserName?: string | undefined }) =>
  userTarget(context, input.UserName ?? context.caller.userName ?? "");

export const accessKeyOperations = {
  CreateAccessKey: operation<sdk.CreateAccessKeyCommandInput, sdk.CreateAccessKeyCommandOutput>({
    action: "iam:CreateAccessKey",
    target: ownOrNamed,
    async run(context, input) {
      const { account, unit, now, sealer, settings } = context;
      const user = await findUser(context, userNameOrCaller(context, input.UserName));
      if (user.accessKeys.length >= LIMITS.accessKeysPerUser) {
        throw new ApiError("LimitExceeded", `Cannot exceed quota for AccessKeysPerUser: ${LIMITS.accessKeysPerUser}`);
      }
      const id = makeAccessKeyId("AKIA", account);
      const secret = randomBytes(30).toString("base64");
      const record: AccessKeyRecord = {
        id,
        status: "Active",
        createdAt: now.toISOString(),
        sealedSecret: sealer.seal(Buffer.from(secret), accessKeySeal(account, id)),
        principal: user.principal,
      };
      unit.put(accessKeyKey(id, settings.managementAccount), record);
      await saveUser(context, { ...user, accessKeys: [...user.accessKeys, id] });
      return {
        AccessKey: { UserName: user.principal.name, AccessKeyId: id, Status: "Active", SecretAccessKey: secret, CreateDate: now },
      };
    },
  }),

  ListAccessKeys: operation<sdk.ListAccessKeysCommandInput, sdk.ListAccessKeysCommandOutput>({
    action: "iam:ListAccessKeys",
    target: ownOrNamed,
    async run(context, input) {
      const { unit, settings } = context;
      const user = await findUser(context, userNameOrCaller(context, input.UserName));
      const records = await unit.getAll(user.accessKeys.map((id) => accessKeyKey(id, settings.managementAccount)));
      const { items, ...rest } = slicePage(records.filter((record) => record !== undefined), input);
      return {
        AccessKeyMetadata: items.map((record) => ({
          UserName: user.principal.name,
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
    target: ownOrNamed,
    async run(context, input) {
      const { key, record } = await findAccessKey(context, input);
      const status = input.Status;
      if (status !== "Active" && status !== "Inactive") {
        throw new ApiError("ValidationError", `Access keys can be made \`Active\` or \`Inactive\`, not \`${status}\`.`);
      }
      context.unit.put(key, { ...record, status });
      return {};
    },
  }),

  DeleteAccessKey: operation<sdk.DeleteAccessKeyCommandInput, sdk.DeleteAccessKeyCommandOutput>({
    action: "iam:DeleteAccessKey",
    target: ownOrNamed,
    async run(context, input) {
      const { key, user, record } = await findAccessKey(context, input);
      await saveUser(context, { ...user, accessKeys: user.accessKeys.filter((id) => id !== record.id) });
      context.unit.delete(key);
      return {};
    },
  }),
} as const;

async function findAccessKey(
  context: OperationContext,
  input: { readonly UserName?: string | undefined; readonly AccessKeyId?: string | undefined },
) {
  const id = input.AccessKeyId ?? "";
  const user = await findUser(context, userNameOrCaller(context, input.UserName));
  const key = accessKeyKey(id, context.settings.managementAccount);
  const record = user.accessKeys.includes(id) ? await context.unit.get(key) : undefined;
  if (record === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return { key, user, record };
}
