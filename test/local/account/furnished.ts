import { generateKeyPairSync } from "node:crypto";
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateSAMLProviderCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetAccountAuthorizationDetailsCommand,
  type IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
  UploadServerCertificateCommand,
} from "@aws-sdk/client-iam";
import { makeCertificate } from "../../support/certificate.ts";
import {
  credentialsOf,
  type TestCredentials,
  type TestInstallation,
} from "../../support/harness.ts";
import { policy } from "../../support/refusal.ts";
import { samlMetadata } from "../../support/saml-metadata.ts";

/** Some of everything that an account can hold, and a user whose group lets it list orders. */
export async function furnish(iam: IAMClient): Promise<TestCredentials> {
  await iam.send(new CreateAccountAliasCommand({ AccountAlias: "acme-corp" }));
  const made = await iam.send(
    new CreatePolicyCommand({
      PolicyName: "list",
      PolicyDocument: policy("Allow", "orders:ListOrders"),
    }),
  );
  await iam.send(new CreateGroupCommand({ GroupName: "clerks" }));
  await iam.send(
    new AttachGroupPolicyCommand({ GroupName: "clerks", PolicyArn: made.Policy?.Arn }),
  );
  await iam.send(new CreateUserCommand({ UserName: "gone" }));
  await iam.send(new DeleteUserCommand({ UserName: "gone" }));
  await iam.send(new CreateUserCommand({ UserName: "ana", Path: "/staff/" }));
  const key = await addKey(iam, "ana");
  await iam.send(new AddUserToGroupCommand({ GroupName: "clerks", UserName: "ana" }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName: "ana",
      PolicyName: "self",
      PolicyDocument: policy("Allow", "iam:GetUser"),
    }),
  );
  const { certificate, privateKey } = makeCertificate("acme.example.com");
  await iam.send(
    new UploadServerCertificateCommand({
      ServerCertificateName: "web",
      CertificateBody: certificate,
      PrivateKey: privateKey,
    }),
  );
  await iam.send(
    new CreateSAMLProviderCommand({
      Name: "corp",
      SAMLMetadataDocument: samlMetadata(),
      AddPrivateKey: generateKeyPairSync("rsa", {
        modulusLength: 2048,
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
        publicKeyEncoding: { type: "spki", format: "pem" },
      }).privateKey,
    }),
  );
  return key;
}

async function addKey(iam: IAMClient, UserName: string): Promise<TestCredentials> {
  return credentialsOf((await iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey);
}

/** What the API answers to listing and to creating orders. */
export async function apiAnswers(
  { call }: TestInstallation,
  who: TestCredentials,
): Promise<readonly number[]> {
  const list = await call(who, "GET", "/orders");
  const create = await call(who, "POST", "/orders", { body: '{"item":"book","quantity":1}' });
  return [list.status, create.status];
}

/** All users, groups, roles and policies, but for when they were last used. */
export async function detailsOf(iam: IAMClient): Promise<unknown> {
  const { $metadata: _, ...details } = await iam.send(
    new GetAccountAuthorizationDetailsCommand({}),
  );
  return {
    ...details,
    RoleDetailList: details.RoleDetailList?.map(({ RoleLastUsed, ...role }) => role),
  };
}

export const userNames = async (iam: IAMClient) =>
  (await iam.send(new ListUsersCommand({}))).Users?.map(({ UserName }) => UserName);
