import { createHash, randomBytes } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import { makeUniqueId } from "../../../access-key-id.ts";
import { iamArn } from "../../../arn.ts";
import { lookUpUser } from "../../../entity/user.ts";
import {
  findUserCredentials,
  parseCredentialStatus,
  type UserCredentials,
} from "../../../entity/user-credentials.ts";
import { userTarget } from "../../../entity/user-description.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { partitionOf } from "../../../record/partition.ts";
import type { UserEntry } from "../../../record/user.ts";
import {
  NO_CREDENTIALS,
  type ServiceSpecificCredential,
  userCredentialsKey,
} from "../../../record/user-credentials.ts";
import { LIMITS } from "../../../settings.ts";
import { listPage, type PageRequest, slicePage } from "../../../storage/pagination.ts";

/** The services that support service-specific credentials without expiry. */
const SERVICES: ReadonlySet<string> = new Set([
  "codecommit.amazonaws.com",
  "cassandra.amazonaws.com",
]);

const userOrCallerTarget = (
  context: OperationContext,
  input: { readonly UserName?: string | undefined },
) => userTarget(context, input.UserName ?? context.caller.userName ?? "");

/**
 * Returns the condition key for the service of the credential that the input names, if there is
 * one.
 */
async function serviceOfCredential(
  context: OperationContext,
  input: {
    readonly UserName?: string | undefined;
    readonly ServiceSpecificCredentialId: string | undefined;
  },
) {
  const { account, unit } = context;
  const user = await lookUpUser(context, input.UserName ?? context.caller.userName ?? "");
  const record = user && (await unit.get(userCredentialsKey(account, user.principal.id)));
  const credential = record?.serviceSpecific.find(
    ({ id }) => id === input.ServiceSpecificCredentialId,
  );
  return { "iam:ServiceSpecificCredentialServiceName": credential?.serviceName };
}

export const serviceSpecificCredentialOperations = {
  CreateServiceSpecificCredential: operation<
    sdk.CreateServiceSpecificCredentialCommandInput,
    sdk.CreateServiceSpecificCredentialCommandOutput
  >({
    action: "iam:CreateServiceSpecificCredential",
    target: userOrCallerTarget,
    conditionKeys: (_, input) => ({
      "iam:ServiceSpecificCredentialServiceName": input.ServiceName,
      "iam:ServiceSpecificCredentialAgeDays": input.CredentialAgeDays?.toString(),
    }),
    async run(context, input) {
      const { account, now } = context;
      const credentials = await findUserCredentials(context, input.UserName);
      const serviceName = checkService(input.ServiceName);
      if (input.CredentialAgeDays !== undefined) {
        throw new ApiError(
          "InvalidInput",
          `Credentials of ${serviceName} do not expire: leave out CredentialAgeDays.`,
        );
      }
      const limit = LIMITS.serviceSpecificCredentialsPerService;
      const existing = credentials.serviceSpecific.filter(
        (other) => other.serviceName === serviceName,
      );
      if (existing.length >= limit) {
        throw new ApiError(
          "LimitExceeded",
          `Cannot exceed quota for ServiceSpecificCredentialsPerUser: ${limit}`,
        );
      }
      const names = [
        credentials.userName,
        ...Array.from({ length: limit }, (_, index) => `${credentials.userName}+${index + 1}`),
      ];
      const taken = new Set(existing.map((other) => other.serviceUserName));
      const serviceUserName =
        names.map((name) => `${name}-at-${account}`).find((name) => !taken.has(name)) ?? "";
      const { password, passwordHash } = makePassword();
      const credential: ServiceSpecificCredential = {
        id: makeUniqueId("serviceSpecificCredential"),
        status: "Active",
        createdAt: now.toISOString(),
        serviceName,
        serviceUserName,
        passwordHash,
      };
      credentials.save({ serviceSpecific: [...credentials.serviceSpecific, credential] });
      return {
        ServiceSpecificCredential: {
          ...describe(credentials.userName, credential),
          ServicePassword: password,
        },
      };
    },
  }),

  ListServiceSpecificCredentials: operation<
    sdk.ListServiceSpecificCredentialsCommandInput,
    sdk.ListServiceSpecificCredentialsCommandOutput
  >({
    action: "iam:ListServiceSpecificCredentials",
    target: (context, input) =>
      input.AllUsers === true
        ? { arn: iamArn(context.account, "user/") }
        : userOrCallerTarget(context, input),
    async run(context, input) {
      const isRequested = ({ serviceName }: ServiceSpecificCredential) =>
        input.ServiceName === undefined || serviceName === input.ServiceName;
      if (input.AllUsers === true) return listForAll(context, input, isRequested);
      const credentials = await findUserCredentials(context, input.UserName);
      if (input.ServiceName !== undefined) checkService(input.ServiceName);
      const { items, IsTruncated, ...marker } = slicePage(
        credentials.serviceSpecific.filter(isRequested),
        input,
      );
      return {
        ServiceSpecificCredentials: items.map((credential) =>
          describe(credentials.userName, credential),
        ),
        ...(IsTruncated ? { IsTruncated, ...marker } : {}),
      };
    },
  }),

  UpdateServiceSpecificCredential: operation<
    sdk.UpdateServiceSpecificCredentialCommandInput,
    sdk.UpdateServiceSpecificCredentialCommandOutput
  >({
    action: "iam:UpdateServiceSpecificCredential",
    target: userOrCallerTarget,
    conditionKeys: serviceOfCredential,
    async run(context, input) {
      const credentials = await findUserCredentials(context, input.UserName);
      const before = find(credentials, input.ServiceSpecificCredentialId);
      replace(credentials, { ...before, status: parseCredentialStatus(input.Status) });
      return {};
    },
  }),

  ResetServiceSpecificCredential: operation<
    sdk.ResetServiceSpecificCredentialCommandInput,
    sdk.ResetServiceSpecificCredentialCommandOutput
  >({
    action: "iam:ResetServiceSpecificCredential",
    target: userOrCallerTarget,
    conditionKeys: serviceOfCredential,
    async run(context, input) {
      const credentials = await findUserCredentials(context, input.UserName);
      const before = find(credentials, input.ServiceSpecificCredentialId);
      const { password, passwordHash } = makePassword();
      replace(credentials, { ...before, passwordHash });
      return {
        ServiceSpecificCredential: {
          ...describe(credentials.userName, before),
          ServicePassword: password,
        },
      };
    },
  }),

  DeleteServiceSpecificCredential: operation<
    sdk.DeleteServiceSpecificCredentialCommandInput,
    sdk.DeleteServiceSpecificCredentialCommandOutput
  >({
    action: "iam:DeleteServiceSpecificCredential",
    target: userOrCallerTarget,
    conditionKeys: serviceOfCredential,
    async run(context, input) {
      const credentials = await findUserCredentials(context, input.UserName);
      const { id } = find(credentials, input.ServiceSpecificCredentialId);
      credentials.save({
        serviceSpecific: credentials.serviceSpecific.filter((other) => other.id !== id),
      });
      return {};
    },
  }),
} as const;

/**
 * Returns the credentials of a page of users. The page size counts users, so that a request never
 * reads all users of the account.
 */
async function listForAll(
  { account, unit }: OperationContext,
  request: PageRequest,
  isRequested: (credential: ServiceSpecificCredential) => boolean,
) {
  const { items, ...rest } = await listPage<UserEntry>(
    unit,
    { account, partition: partitionOf("users") },
    request,
  );
  const records = await unit.getAll(items.map(({ data }) => userCredentialsKey(account, data.id)));
  const credentials = items.flatMap(({ data }, index) =>
    (records[index] ?? NO_CREDENTIALS).serviceSpecific
      .filter(isRequested)
      .map((one) => describe(data.name, one)),
  );
  return { ServiceSpecificCredentials: credentials, ...rest };
}

function checkService(serviceName: string | undefined): string {
  if (serviceName !== undefined && SERVICES.has(serviceName)) return serviceName;
  throw noSuchEntity(
    `No such service ${serviceName} is supported for Service Specific Credentials`,
  );
}

function find(
  { serviceSpecific }: UserCredentials,
  id: string | undefined,
): ServiceSpecificCredential {
  const credential = serviceSpecific.find((other) => other.id === id);
  if (credential === undefined) throw noSuchEntity(`No such credential ${id} exists`);
  return credential;
}

const replace = (credentials: UserCredentials, credential: ServiceSpecificCredential): void =>
  credentials.save({
    serviceSpecific: credentials.serviceSpecific.map((other) =>
      other.id === credential.id ? credential : other,
    ),
  });

function makePassword(): { readonly password: string; readonly passwordHash: string } {
  const password = randomBytes(32).toString("base64");
  return { password, passwordHash: createHash("sha256").update(password).digest("base64url") };
}

const describe = (userName: string, credential: ServiceSpecificCredential) => ({
  CreateDate: new Date(credential.createdAt),
  ServiceName: credential.serviceName,
  ServiceUserName: credential.serviceUserName,
  ServiceSpecificCredentialId: credential.id,
  UserName: userName,
  Status: credential.status,
});
