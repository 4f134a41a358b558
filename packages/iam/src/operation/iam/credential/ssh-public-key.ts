import type * as sdk from "@aws-sdk/client-iam";
import { makeUniqueId } from "../../../access-key-id.ts";
import {
  findUserCredentials,
  parseCredentialStatus,
  type UserCredentials,
} from "../../../entity/user-credentials.ts";
import { userTarget } from "../../../entity/user-description.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import type { SshPublicKey } from "../../../record/user-credentials.ts";
import { LIMITS } from "../../../settings.ts";
import { encodeSshKey, parseSshKey } from "../../../ssh-key.ts";
import { slicePage } from "../../../storage/pagination.ts";

const ownOrNamed = (context: OperationContext, input: { readonly UserName?: string | undefined }) =>
  userTarget(context, input.UserName ?? context.caller.userName ?? "");

export const sshPublicKeyOperations = {
  UploadSSHPublicKey: operation<
    sdk.UploadSSHPublicKeyCommandInput,
    sdk.UploadSSHPublicKeyCommandOutput
  >({
    action: "iam:UploadSSHPublicKey",
    target: ownOrNamed,
    async run(context, input) {
      const credentials = await findUserCredentials(context, input.UserName);
      const body = input.SSHPublicKeyBody ?? "";
      const { fingerprint } = parseSshKey(body);
      if (credentials.sshPublicKeys.some((other) => other.fingerprint === fingerprint)) {
        throw new ApiError(
          "DuplicateSSHPublicKey",
          `The SSH public key is already associated with user ${credentials.userName}.`,
        );
      }
      const limit = LIMITS.sshPublicKeysPerUser;
      if (credentials.sshPublicKeys.length >= limit) {
        throw new ApiError(
          "LimitExceeded",
          `Cannot exceed quota for SSHPublicKeysPerUser: ${limit}`,
        );
      }
      const key: SshPublicKey = {
        id: makeUniqueId("sshPublicKey"),
        status: "Active",
        uploadedAt: context.now.toISOString(),
        body,
        fingerprint,
      };
      credentials.save({ sshPublicKeys: [...credentials.sshPublicKeys, key] });
      return {
        SSHPublicKey: {
          ...describe(credentials, key),
          Fingerprint: fingerprint,
          SSHPublicKeyBody: body,
        },
      };
    },
  }),

  GetSSHPublicKey: operation<sdk.GetSSHPublicKeyCommandInput, sdk.GetSSHPublicKeyCommandOutput>({
    action: "iam:GetSSHPublicKey",
    target: ownOrNamed,
    async run(context, input) {
      const credentials = await findUserCredentials(context, input.UserName);
      const key = find(credentials, input.SSHPublicKeyId);
      const body = encodeSshKey(parseSshKey(key.body), input.Encoding);
      return {
        SSHPublicKey: {
          ...describe(credentials, key),
          Fingerprint: key.fingerprint,
          SSHPublicKeyBody: body,
        },
      };
    },
  }),

  ListSSHPublicKeys: operation<
    sdk.ListSSHPublicKeysCommandInput,
    sdk.ListSSHPublicKeysCommandOutput
  >({
    action: "iam:ListSSHPublicKeys",
    target: ownOrNamed,
    async run(context, input) {
      const credentials = await findUserCredentials(context, input.UserName);
      const { items, ...rest } = slicePage(credentials.sshPublicKeys, input);
      return { SSHPublicKeys: items.map((key) => describe(credentials, key)), ...rest };
    },
  }),

  UpdateSSHPublicKey: operation<
    sdk.UpdateSSHPublicKeyCommandInput,
    sdk.UpdateSSHPublicKeyCommandOutput
  >({
    action: "iam:UpdateSSHPublicKey",
    target: ownOrNamed,
    async run(context, input) {
      const credentials = await findUserCredentials(context, input.UserName);
      const { id } = find(credentials, input.SSHPublicKeyId);
      const status = parseCredentialStatus(input.Status);
      credentials.save({
        sshPublicKeys: credentials.sshPublicKeys.map((key) =>
          key.id === id ? { ...key, status } : key,
        ),
      });
      return {};
    },
  }),

  DeleteSSHPublicKey: operation<
    sdk.DeleteSSHPublicKeyCommandInput,
    sdk.DeleteSSHPublicKeyCommandOutput
  >({
    action: "iam:DeleteSSHPublicKey",
    target: ownOrNamed,
    async run(context, input) {
      const credentials = await findUserCredentials(context, input.UserName);
      const { id } = find(credentials, input.SSHPublicKeyId);
      credentials.save({ sshPublicKeys: credentials.sshPublicKeys.filter((key) => key.id !== id) });
      return {};
    },
  }),
} as const;

function find({ sshPublicKeys }: UserCredentials, id: string | undefined): SshPublicKey {
  const key = sshPublicKeys.find((other) => other.id === id);
  if (key === undefined) throw noSuchEntity(`The Public Key with id ${id} cannot be found.`);
  return key;
}

const describe = ({ userName }: UserCredentials, key: SshPublicKey) => ({
  UserName: userName,
  SSHPublicKeyId: key.id,
  Status: key.status,
  UploadDate: new Date(key.uploadedAt),
});
