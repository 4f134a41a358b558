import { randomBytes, X509Certificate } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import { ownerTarget } from "../../../entity/credential-owner.ts";
import { findOwnCredentials, parseCredentialStatus } from "../../../entity/user-credentials.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import type { SigningCertificate } from "../../../record/user-credentials.ts";
import { LIMITS } from "../../../settings.ts";
import { slicePage } from "../../../storage/pagination.ts";

type OwnCredentials = Awaited<ReturnType<typeof findOwnCredentials>>;

const ownOrNamed = (context: OperationContext, input: { readonly UserName?: string | undefined }) =>
  ownerTarget(context, input.UserName);

export const signingCertificateOperations = {
  UploadSigningCertificate: operation<
    sdk.UploadSigningCertificateCommandInput,
    sdk.UploadSigningCertificateCommandOutput
  >({
    action: "iam:UploadSigningCertificate",
    target: ownOrNamed,
    async run(context, input) {
      const credentials = await findOwnCredentials(context, input.UserName);
      const body = input.CertificateBody ?? "";
      const { fingerprint256 } = parseCertificate(body);
      const same = (other: SigningCertificate) =>
        parseCertificate(other.body).fingerprint256 === fingerprint256;
      if (credentials.signingCertificates.some(same)) {
        throw new ApiError(
          "DuplicateCertificate",
          `The certificate is already associated with user ${credentials.userName ?? "root"}.`,
        );
      }
      const limit = LIMITS.signingCertificatesPerUser;
      if (credentials.signingCertificates.length >= limit) {
        throw new ApiError(
          "LimitExceeded",
          `Cannot exceed quota for CertificatesPerUser: ${limit}`,
        );
      }
      const certificate: SigningCertificate = {
        id: makeCertificateId(),
        status: "Active",
        uploadedAt: context.now.toISOString(),
        body,
      };
      credentials.save({ signingCertificates: [...credentials.signingCertificates, certificate] });
      return { Certificate: describe(credentials, certificate) };
    },
  }),

  ListSigningCertificates: operation<
    sdk.ListSigningCertificatesCommandInput,
    sdk.ListSigningCertificatesCommandOutput
  >({
    action: "iam:ListSigningCertificates",
    target: ownOrNamed,
    async run(context, input) {
      const credentials = await findOwnCredentials(context, input.UserName);
      const { items, ...rest } = slicePage(credentials.signingCertificates, input);
      return {
        Certificates: items.map((certificate) => describe(credentials, certificate)),
        ...rest,
      };
    },
  }),

  UpdateSigningCertificate: operation<
    sdk.UpdateSigningCertificateCommandInput,
    sdk.UpdateSigningCertificateCommandOutput
  >({
    action: "iam:UpdateSigningCertificate",
    target: ownOrNamed,
    async run(context, input) {
      const credentials = await findOwnCredentials(context, input.UserName);
      const { id } = find(credentials, input.CertificateId);
      const status = parseCredentialStatus(input.Status);
      const signingCertificates = credentials.signingCertificates.map((other) =>
        other.id === id ? { ...other, status } : other,
      );
      credentials.save({ signingCertificates });
      return {};
    },
  }),

  DeleteSigningCertificate: operation<
    sdk.DeleteSigningCertificateCommandInput,
    sdk.DeleteSigningCertificateCommandOutput
  >({
    action: "iam:DeleteSigningCertificate",
    target: ownOrNamed,
    async run(context, input) {
      const credentials = await findOwnCredentials(context, input.UserName);
      const { id } = find(credentials, input.CertificateId);
      credentials.save({
        signingCertificates: credentials.signingCertificates.filter((other) => other.id !== id),
      });
      return {};
    },
  }),
} as const;

/** Parses an X.509 certificate in PEM. @throws {ApiError} `MalformedCertificate` */
export function parseCertificate(body: string): X509Certificate {
  try {
    return new X509Certificate(body);
  } catch {
    throw new ApiError(
      "MalformedCertificate",
      "The certificate is malformed: it is not an X.509 certificate in PEM.",
    );
  }
}

// Ids of signing certificates have no prefix in AWS.
const makeCertificateId = (): string =>
  Array.from(randomBytes(28), (byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte & 31]).join("");

function find({ signingCertificates }: OwnCredentials, id: string | undefined): SigningCertificate {
  const certificate = signingCertificates.find((other) => other.id === id);
  if (certificate === undefined)
    throw noSuchEntity(`The Certificate with id ${id} cannot be found.`);
  return certificate;
}

const describe = ({ userName }: OwnCredentials, certificate: SigningCertificate) => ({
  UserName: userName,
  CertificateId: certificate.id,
  CertificateBody: certificate.body,
  Status: certificate.status,
  UploadDate: new Date(certificate.uploadedAt),
});
