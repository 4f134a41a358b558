import type * as sdk from "@aws-sdk/client-iam";
import { iamArn } from "../../../arn.ts";
import {
  deleteMfaDeviceEntries,
  findMfaDevice,
  type MfaDeviceEntry,
  mfaDeviceTarget,
  putMfaDeviceEntries,
} from "../../../entity/mfa-device.ts";
import { describePasswordUse, passwordUses } from "../../../entity/password-use.ts";
import { describeRoot } from "../../../entity/root-user-description.ts";
import { tagAtCreation } from "../../../entity/tag-at-creation.ts";
import { mergeTags, sdkTags } from "../../../entity/tagging.ts";
import { describeUser, userEntry } from "../../../entity/user-description.ts";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation, type Target } from "../../../model/operation.ts";
import { accountCountKey, accountKey } from "../../../record/account.ts";
import {
  type MfaDeviceRecord,
  mfaDeviceArn,
  mfaDeviceKey,
  mfaListPartition,
  mfaSeal,
  mfaUseKey,
} from "../../../record/mfa-device.ts";
import { rootKey } from "../../../record/root.ts";
import { userKey } from "../../../record/user.ts";
import { makeSeed, qrCode } from "../../../sign-in/totp.ts";
import { listPage } from "../../../storage/pagination.ts";

/**
 * Operations on virtual MFA devices, which belong to the account whether or not a user has enabled
 * them.
 */
export const virtualMfaDeviceOperations = {
  CreateVirtualMFADevice: operation<
    sdk.CreateVirtualMFADeviceCommandInput,
    sdk.CreateVirtualMFADeviceCommandOutput
  >({
    action: "iam:CreateVirtualMFADevice",
    target: newDevice,
    alsoAuthorize: (context, input) =>
      tagAtCreation("iam:TagMFADevice", newDevice(context, input), input.Tags),
    async run(context, input) {
      const { account, unit, now, sealer } = context;
      const identity = { account, path: input.Path ?? "/", name: input.VirtualMFADeviceName ?? "" };
      const serial = mfaDeviceArn(identity);
      if (await unit.get(mfaDeviceKey(account, serial))) {
        throw new ApiError(
          "EntityAlreadyExists",
          "MFADevice entity at the same path and name already exists.",
        );
      }
      const seed = makeSeed();
      const device: MfaDeviceRecord = {
        ...identity,
        createdAt: now.toISOString(),
        sealedSeed: sealer.seal(Buffer.from(seed), mfaSeal(serial)),
        tags: mergeTags([], input.Tags),
      };
      unit.put(mfaDeviceKey(account, serial), device);
      putMfaDeviceEntries(context, device);
      unit.count(accountCountKey(account, "mfaDevices"), "count", 1);
      const { alias = account } = (await unit.get(accountKey(account))) ?? {};
      return {
        VirtualMFADevice: {
          SerialNumber: serial,
          Base32StringSeed: Buffer.from(seed),
          QRCodePNG: qrCode(seed, `${device.name}@${alias}`, "Portcullis"),
          ...(device.tags.length > 0 ? { Tags: sdkTags(device.tags) } : {}),
        },
      };
    },
  }),

  DeleteVirtualMFADevice: operation<
    sdk.DeleteVirtualMFADeviceCommandInput,
    sdk.DeleteVirtualMFADeviceCommandOutput
  >({
    action: "iam:DeleteVirtualMFADevice",
    target: mfaDeviceTarget,
    async run(context, input) {
      const { account, unit } = context;
      const { serial, device } = await findMfaDevice(context, input.SerialNumber);
      if (device.enabled !== undefined) {
        throw new ApiError("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.");
      }
      unit.delete(mfaDeviceKey(account, serial));
      unit.delete(mfaUseKey(account, serial), { expect: "any" });
      deleteMfaDeviceEntries(context, device);
      unit.count(accountCountKey(account, "mfaDevices"), "count", -1);
      return {};
    },
  }),

  ListVirtualMFADevices: operation<
    sdk.ListVirtualMFADevicesCommandInput,
    sdk.ListVirtualMFADevicesCommandOutput
  >({
    action: "iam:ListVirtualMFADevices",
    target: ({ account }) => ({ arn: iamArn(account, "mfa/") }),
    async run(context, input) {
      const { account, unit } = context;
      const list = { account, partition: mfaListPartition(input.AssignmentStatus ?? "Any") };
      const { items, ...rest } = await listPage<MfaDeviceEntry>(unit, list, input);
      const listed = items.map(({ data }) => data);
      const names = listed.flatMap(({ userName }) => (userName === undefined ? [] : [userName]));
      const found = await unit.getAll(names.map((name) => userKey(account, name)));
      const owners = found.filter((user) => user !== undefined);
      const [lastUsedByRoot, ...uses] = await passwordUses(context, [
        { id: account },
        ...owners.map(userEntry),
      ]);
      const users = new Map(
        owners.map((user, index) => [
          user.principal.name,
          { ...describeUser(userEntry(user), account), ...describePasswordUse(uses[index]) },
        ]),
      );
      const root = await unit.get(rootKey(account));
      return {
        VirtualMFADevices: listed.map(({ serial, enabledAt, userName }) => {
          if (enabledAt === undefined) return { SerialNumber: serial };
          const described = { SerialNumber: serial, EnableDate: new Date(enabledAt) };
          if (userName === undefined)
            return { ...described, User: describeRoot(root, account, lastUsedByRoot) };
          const user = users.get(userName);
          return user ? { ...described, User: user } : described;
        }),
        ...rest,
      };
    },
  }),
} as const;

function newDevice(
  { account }: OperationContext,
  { Path = "/", VirtualMFADeviceName = "" }: sdk.CreateVirtualMFADeviceCommandInput,
): Target {
  return { arn: mfaDeviceArn({ account, path: Path, name: VirtualMFADeviceName }) };
}
