import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import { makeUniqueId } from "../../../access-key-id.ts";
import { iamArn } from "../../../arn.ts";
import {
  deleteServerCertificateEntry,
  describeServerCertificate,
  findServerCertificate,
  saveServerCertificate,
  serverCertificateTarget,
} from "../../../entity/server-certificate.ts";
import { tagAtCreation } from "../../../entity/tag-at-creation.ts";
import { mergeTags, sdkTags } from "../../../entity/tagging.ts";
import { ApiError } from "../../../error.ts";
import { type OperationContext, operation, type Target } from "../../../model/operation.ts";
import { accountCountKey } from "../../../record/account.ts";
import { partitionOf } from "../../../record/partition.ts";
import {
  type ServerCertificateEntry,
  type ServerCertificateRecord,
  serverCertificateArn,
  serverCertificateKey,
  serverCertificateSeal,
} from "../../../record/server-certificate.ts";
import { listPage } from "../../../storage/pagination.ts";
import { parseCertificate } from "./signing-certificate.ts";

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

export const serverCertificateOperations = {
  UploadServerCertificate: operation<
    sdk.UploadServerCertificateCommandInput,
    sdk.UploadServerCertificateCommandOutput
  >({
    action: "iam:UploadServerCertificate",
    target: newCertificate,
    alsoAuthorize: (context, input) =>
      tagAtCreation("iam:TagServerCertificate", newCertificate(context, input), input.Tags),
    async run(context, input) {
      const { account, unit, now, sealer, settings } = context;
      const name = input.ServerCertificateName ?? "";
      if (await unit.get(serverCertificateKey(account, name))) throw nameTaken(name);
      const certificate = parseCertificate(input.CertificateBody ?? "");
      checkKey(certificate, input.PrivateKey ?? "");
      const chain = input.CertificateChain?.trim();
      if (chain !== undefined) checkChain(chain);
      const id = makeUniqueId("serverCertificate");
      const record: ServerCertificateRecord = {
        account,
        name,
        id,
        path: input.Path ?? "/",
        uploadedAt: now.toISOString(),
        expiresAt: certificate.validToDate.toISOString(),
        body: (input.CertificateBody ?? "").trim(),
        ...(chain === undefined ? {} : { chain }),
        sealedPrivateKey: sealer.seal(
          Buffer.from(input.PrivateKey ?? ""),
          serverCertificateSeal(id),
        ),
        tags: mergeTags([], input.Tags),
      };
      saveServerCertificate(context, record);
      const limit = settings.quotas.serverCertificates;
      unit.count(accountCountKey(account, "serverCertificates"), "count", 1, {
        limit,
        error: () =>
          new ApiError(
            "LimitExceeded",
            `Cannot exceed quota for ServerCertificatesPerAccount: ${limit}`,
          ),
      });
      return {
        ServerCertificateMetadata: describeServerCertificate(record, account),
        ...(record.tags.length > 0 ? { Tags: sdkTags(record.tags) } : {}),
      };
    },
  }),

  GetServerCertificate: operation<
    sdk.GetServerCertificateCommandInput,
    sdk.GetServerCertificateCommandOutput
  >({
    action: "iam:GetServerCertificate",
    target: serverCertificateTarget,
    async run(context, input) {
      const record = await findServerCertificate(context, input);
      return {
        ServerCertificate: {
          ServerCertificateMetadata: describeServerCertificate(record, context.account),
          CertificateBody: record.body,
          ...(record.chain === undefined ? {} : { CertificateChain: record.chain }),
          Tags: sdkTags(record.tags),
        },
      };
    },
  }),

  ListServerCertificates: operation<
    sdk.ListServerCertificatesCommandInput,
    sdk.ListServerCertificatesCommandOutput
  >({
    action: "iam:ListServerCertificates",
    target: ({ account }, input) => ({
      arn: iamArn(account, `server-certificate${input.PathPrefix ?? "/"}`),
    }),
    async run({ account, unit }, input) {
      const list = {
        account,
        partition: partitionOf("server-certificates"),
        prefix: input.PathPrefix ?? "/",
      };
      const { items, ...rest } = await listPage<ServerCertificateEntry>(unit, list, input);
      return {
        ServerCertificateMetadataList: items.map(({ data }) =>
          describeServerCertificate(data, account),
        ),
        ...rest,
      };
    },
  }),

  UpdateServerCertificate: operation<
    sdk.UpdateServerCertificateCommandInput,
    sdk.UpdateServerCertificateCommandOutput
  >({
    action: "iam:UpdateServerCertificate",
    target: serverCertificateTarget,
    // IAM API/UpdateServerCertificate: permission is needed for the old name and for the new one.
    async alsoAuthorize({ account, unit }, { ServerCertificateName: name = "", ...input }) {
      const found = await unit.get(serverCertificateKey(account, name));
      const before = found ?? { path: "/", name, tags: [] };
      const arn = serverCertificateArn({
        account,
        path: input.NewPath ?? before.path,
        name: input.NewServerCertificateName ?? before.name,
      });
      return [{ action: "iam:UpdateServerCertificate", target: { arn, tags: before.tags } }];
    },
    async run(context, input) {
      const { account, unit } = context;
      const before = await findServerCertificate(context, input);
      const name = input.NewServerCertificateName ?? before.name;
      if (name.toLowerCase() !== before.name.toLowerCase()) {
        if (await unit.get(serverCertificateKey(account, name))) throw nameTaken(name);
        unit.delete(serverCertificateKey(account, before.name));
      }
      deleteServerCertificateEntry(context, before);
      saveServerCertificate(context, { ...before, name, path: input.NewPath ?? before.path });
      return {};
    },
  }),

  DeleteServerCertificate: operation<
    sdk.DeleteServerCertificateCommandInput,
    sdk.DeleteServerCertificateCommandOutput
  >({
    action: "iam:DeleteServerCertificate",
    target: serverCertificateTarget,
    async run(context, input) {
      const { account, unit } = context;
      const record = await findServerCertificate(context, input);
      unit.delete(serverCertificateKey(account, record.name));
      deleteServerCertificateEntry(context, record);
      unit.count(accountCountKey(account, "serverCertificates"), "count", -1);
      return {};
    },
  }),
} as const;

function newCertificate(
  { account }: OperationContext,
  { Path = "/", ServerCertificateName = "" }: sdk.UploadServerCertificateCommandInput,
): Target {
  return { arn: serverCertificateArn({ account, path: Path, name: ServerCertificateName }) };
}

const nameTaken = (name: string) =>
  new ApiError("EntityAlreadyExists", `The Server Certificate with name ${name} already exists.`);

function checkKey(certificate: X509Certificate, pem: string): void {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new ApiError(
      "MalformedCertificate",
      "The private key is malformed: it is not an unencrypted key in PEM.",
    );
  }
  if (!certificate.checkPrivateKey(key)) {
    throw new ApiError(
      "KeyPairMismatch",
      "The public key certificate and the private key do not match.",
    );
  }
}

function checkChain(chain: string): void {
  const blocks = chain.match(PEM_BLOCK) ?? [""];
  for (const block of blocks) parseCertificate(block);
}
