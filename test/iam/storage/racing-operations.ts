import { generateKeyPairSync } from "node:crypto";
import { makeCertificate } from "../../support/certificate.ts";
import type { MemoryStore } from "../../support/memory-store.ts";

/** One call of an operation in a race. */
export interface Racer {
  readonly operation: string;
  /** The input; some of it is only known once the world has been made. */
  readonly input: (world: World) => object;
}

/** What the operations that made the world answered. */
export interface World {
  readonly store: MemoryStore;
  readonly keyId: string;
  readonly sshKeyId: string;
  readonly credentialId: string;
  readonly signingCertificateId: string;
  /** Two neighbouring codes of the device that is not enabled, and of the one that is. */
  readonly spareCodes: readonly [string, string];
  readonly phoneCodes: readonly [string, string];
}

export const ACCOUNT = "100000000000";
const arn = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
export const POWER = arn("policy/power");
export const BOUND = arn("policy/bound");
export const IDLE = arn("policy/idle");
export const PHONE = arn("mfa/phone");
export const SPARE = arn("mfa/spare");
export const OIDC = arn("oidc-provider/idp.example.com");
export const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});
export const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" },
});
const sshKey = (): string =>
  generateKeyPairSync("rsa", { modulusLength: 2048 })
    .publicKey.export({ format: "pem", type: "spki" })
    .toString();
export const SSH_KEY = sshKey();
const ANOTHER_SSH_KEY = sshKey();
export const CERTIFICATE = makeCertificate("race");
const PRINT = "0".repeat(40);
const TAGS = [{ Key: "k", Value: "v" }];

const one = (operation: string, input: object): Racer => ({ operation, input: () => input });

const permissions = (kind: "User" | "Group" | "Role", name: string): readonly Racer[] => {
  const who = { [`${kind}Name`]: name };
  const all = [
    one(`Put${kind}Policy`, { ...who, PolicyName: "own", PolicyDocument: DOCUMENT }),
    one(`Delete${kind}Policy`, { ...who, PolicyName: "own" }),
    one(`Attach${kind}Policy`, { ...who, PolicyArn: IDLE }),
    one(`Detach${kind}Policy`, { ...who, PolicyArn: POWER }),
    one(`Delete${kind}`, who),
  ];
  if (kind === "Group") return all;
  return [
    ...all,
    one(`Put${kind}PermissionsBoundary`, { ...who, PermissionsBoundary: IDLE }),
    one(`Delete${kind}PermissionsBoundary`, who),
    one(`Tag${kind}`, { ...who, Tags: TAGS }),
    one(`Untag${kind}`, { ...who, TagKeys: ["k"] }),
  ];
};

const membership = (UserName: string): readonly Racer[] => [
  one("AddUserToGroup", { UserName, GroupName: "crew" }),
  one("AddUserToGroup", { UserName, GroupName: "bare" }),
  one("RemoveUserFromGroup", { UserName, GroupName: "crew" }),
];

/**
 * Everything that changes a user, for one that has all there is to have and for one that has
 * nothing.
 */
const ofUser = (UserName: string): readonly Racer[] => [
  ...permissions("User", UserName),
  ...membership(UserName),
  one("CreateUser", { UserName }),
  one("UpdateUser", { UserName, NewUserName: `${UserName}-renamed` }),
  one("UpdateUser", { UserName, NewPath: "/moved/" }),
  one("CreateAccessKey", { UserName }),
  {
    operation: "UpdateAccessKey",
    input: ({ keyId: AccessKeyId }) => ({ UserName, AccessKeyId, Status: "Inactive" }),
  },
  {
    operation: "DeleteAccessKey",
    input: ({ keyId: AccessKeyId }) => ({ UserName, AccessKeyId }),
  },
  one("UpdateLoginProfile", { UserName, PasswordResetRequired: true }),
  one("DeleteLoginProfile", { UserName }),
  {
    operation: "EnableMFADevice",
    input: ({ spareCodes: [AuthenticationCode1, AuthenticationCode2] }) => {
      return { UserName, SerialNumber: SPARE, AuthenticationCode1, AuthenticationCode2 };
    },
  },
  {
    operation: "ResyncMFADevice",
    input: ({ phoneCodes: [AuthenticationCode1, AuthenticationCode2] }) => {
      return { UserName, SerialNumber: PHONE, AuthenticationCode1, AuthenticationCode2 };
    },
  },
  one("DeactivateMFADevice", { UserName, SerialNumber: PHONE }),
  one("UploadSSHPublicKey", { UserName, SSHPublicKeyBody: ANOTHER_SSH_KEY }),
  {
    operation: "UpdateSSHPublicKey",
    input: ({ sshKeyId: SSHPublicKeyId }) => ({ UserName, SSHPublicKeyId, Status: "Inactive" }),
  },
  {
    operation: "DeleteSSHPublicKey",
    input: ({ sshKeyId: SSHPublicKeyId }) => ({ UserName, SSHPublicKeyId }),
  },
  one("UploadSigningCertificate", {
    UserName,
    CertificateBody: makeCertificate("signing").certificate,
  }),
  {
    operation: "UpdateSigningCertificate",
    input: ({ signingCertificateId: CertificateId }) => {
      return { UserName, CertificateId, Status: "Inactive" };
    },
  },
  {
    operation: "DeleteSigningCertificate",
    input: ({ signingCertificateId: CertificateId }) => ({ UserName, CertificateId }),
  },
  one("CreateServiceSpecificCredential", { UserName, ServiceName: "cassandra.amazonaws.com" }),
  {
    operation: "UpdateServiceSpecificCredential",
    input: ({ credentialId: ServiceSpecificCredentialId }) => {
      return { UserName, ServiceSpecificCredentialId, Status: "Inactive" };
    },
  },
  {
    operation: "ResetServiceSpecificCredential",
    input: ({ credentialId: ServiceSpecificCredentialId }) => {
      return { UserName, ServiceSpecificCredentialId };
    },
  },
  {
    operation: "DeleteServiceSpecificCredential",
    input: ({ credentialId: ServiceSpecificCredentialId }) => {
      return { UserName, ServiceSpecificCredentialId };
    },
  },
];

const ofRole = (RoleName: string): readonly Racer[] => [
  ...permissions("Role", RoleName),
  one("CreateRole", { RoleName, AssumeRolePolicyDocument: TRUST }),
  one("UpdateRole", { RoleName, MaxSessionDuration: 7200 }),
  one("UpdateRoleDescription", { RoleName, Description: "d" }),
  one("UpdateAssumeRolePolicy", { RoleName, PolicyDocument: TRUST }),
  one("AddRoleToInstanceProfile", { RoleName, InstanceProfileName: "empty" }),
  one("RemoveRoleFromInstanceProfile", { RoleName, InstanceProfileName: "box" }),
  one("DeleteInstanceProfile", { InstanceProfileName: "box" }),
  one("DeleteInstanceProfile", { InstanceProfileName: "empty" }),
];

const ofGroup = (GroupName: string): readonly Racer[] => [
  ...permissions("Group", GroupName),
  one("CreateGroup", { GroupName }),
  one("UpdateGroup", { GroupName, NewGroupName: `${GroupName}-renamed` }),
  one("UpdateGroup", { GroupName, NewPath: "/moved/" }),
  ...membership("ann"),
  ...membership("bob"),
  one("DeleteUser", { UserName: "bob" }),
  one("UpdateUser", { UserName: "ann", NewUserName: "anna" }),
];

const ofPolicy = (PolicyArn: string): readonly Racer[] => [
  one("CreatePolicy", { PolicyName: PolicyArn.split("/").at(-1), PolicyDocument: DOCUMENT }),
  one("CreatePolicyVersion", { PolicyArn, PolicyDocument: DOCUMENT, SetAsDefault: true }),
  one("CreatePolicyVersion", { PolicyArn, PolicyDocument: DOCUMENT }),
  one("SetDefaultPolicyVersion", { PolicyArn, VersionId: "v1" }),
  one("DeletePolicyVersion", { PolicyArn, VersionId: "v2" }),
  one("DeletePolicyVersion", { PolicyArn, VersionId: "v1" }),
  one("DeletePolicy", { PolicyArn }),
  one("TagPolicy", { PolicyArn, Tags: TAGS }),
  one("UntagPolicy", { PolicyArn, TagKeys: ["k"] }),
  one("AttachUserPolicy", { UserName: "bob", PolicyArn }),
  one("AttachGroupPolicy", { GroupName: "bare", PolicyArn }),
  one("AttachRolePolicy", { RoleName: "idler", PolicyArn }),
  one("PutUserPermissionsBoundary", { UserName: "bob", PermissionsBoundary: PolicyArn }),
  one("PutRolePermissionsBoundary", { RoleName: "idler", PermissionsBoundary: PolicyArn }),
  one("DetachUserPolicy", { UserName: "ann", PolicyArn }),
  one("DeleteUser", { UserName: "bob" }),
  one("DeleteGroup", { GroupName: "bare" }),
  one("DeleteRole", { RoleName: "idler" }),
  one("UpdateUser", { UserName: "ann", NewUserName: "anna" }),
  one("UpdateGroup", { GroupName: "crew", NewGroupName: "staff" }),
];

/** The table of the races: within each entity every operation meets every other. */
export const ENTITIES: Readonly<Record<string, readonly Racer[]>> = {
  "a user that has everything": ofUser("ann"),
  "a user that has nothing": ofUser("bob"),
  "a role that has everything": ofRole("worker"),
  "a role that has nothing": ofRole("idler"),
  "a group with members": ofGroup("crew"),
  "an empty group": ofGroup("bare"),
  "a policy in use": ofPolicy(POWER),
  "a policy that nobody uses": ofPolicy(IDLE),
  "an instance profile": [
    one("CreateInstanceProfile", { InstanceProfileName: "empty" }),
    one("DeleteInstanceProfile", { InstanceProfileName: "empty" }),
    one("AddRoleToInstanceProfile", { RoleName: "idler", InstanceProfileName: "empty" }),
    one("RemoveRoleFromInstanceProfile", { RoleName: "idler", InstanceProfileName: "empty" }),
    one("TagInstanceProfile", { InstanceProfileName: "empty", Tags: TAGS }),
    one("UntagInstanceProfile", { InstanceProfileName: "empty", TagKeys: ["k"] }),
    one("DeleteRole", { RoleName: "idler" }),
  ],
  "an MFA device": [
    one("CreateVirtualMFADevice", { VirtualMFADeviceName: "phone" }),
    one("DeleteVirtualMFADevice", { SerialNumber: PHONE }),
    one("DeleteVirtualMFADevice", { SerialNumber: SPARE }),
    one("TagMFADevice", { SerialNumber: PHONE, Tags: TAGS }),
    one("UntagMFADevice", { SerialNumber: PHONE, TagKeys: ["k"] }),
    ...ofUser("ann").filter(({ operation }) => /MFA|UpdateUser|DeleteUser/.test(operation)),
  ],
  "an OIDC provider": [
    one("CreateOpenIDConnectProvider", { Url: "https://idp.example.com" }),
    one("DeleteOpenIDConnectProvider", { OpenIDConnectProviderArn: OIDC }),
    one("AddClientIDToOpenIDConnectProvider", { OpenIDConnectProviderArn: OIDC, ClientID: "a" }),
    one("RemoveClientIDFromOpenIDConnectProvider", {
      OpenIDConnectProviderArn: OIDC,
      ClientID: "a",
    }),
    one("UpdateOpenIDConnectProviderThumbprint", {
      OpenIDConnectProviderArn: OIDC,
      ThumbprintList: [PRINT],
    }),
    one("TagOpenIDConnectProvider", { OpenIDConnectProviderArn: OIDC, Tags: TAGS }),
    one("UntagOpenIDConnectProvider", { OpenIDConnectProviderArn: OIDC, TagKeys: ["k"] }),
  ],
  "a server certificate": [
    one("UploadServerCertificate", {
      ServerCertificateName: "site",
      CertificateBody: CERTIFICATE.certificate,
      PrivateKey: CERTIFICATE.privateKey,
    }),
    one("UpdateServerCertificate", {
      ServerCertificateName: "site",
      NewServerCertificateName: "page",
    }),
    one("UpdateServerCertificate", { ServerCertificateName: "site", NewPath: "/moved/" }),
    one("DeleteServerCertificate", { ServerCertificateName: "site" }),
    one("TagServerCertificate", { ServerCertificateName: "site", Tags: TAGS }),
    one("UntagServerCertificate", { ServerCertificateName: "site", TagKeys: ["k"] }),
  ],
  "an account": [
    one("CreateAccountAlias", { AccountAlias: "an-alias" }),
    one("CreateAccountAlias", { AccountAlias: "another" }),
    one("DeleteAccountAlias", { AccountAlias: "an-alias" }),
    one("UpdateAccountPasswordPolicy", { MinimumPasswordLength: 10 }),
    one("DeleteAccountPasswordPolicy", {}),
    one("SetSecurityTokenServicePreferences", { GlobalEndpointTokenVersion: "v2Token" }),
    one("EnableOutboundWebIdentityFederation", {}),
    one("DisableOutboundWebIdentityFederation", {}),
    one("PutGroupPolicy", { GroupName: "crew", PolicyName: "own", PolicyDocument: DOCUMENT }),
    one("CreatePolicyVersion", { PolicyArn: POWER, PolicyDocument: DOCUMENT, SetAsDefault: true }),
    one("DetachGroupPolicy", { GroupName: "crew", PolicyArn: POWER }),
    one("DeletePolicy", { PolicyArn: IDLE }),
  ],
};

const NEEDS_ORGANIZATION = "needs an organization; organization-feature.test.ts races it";

/** Operations that change something and race nobody here, and why. */
export const NO_RACERS: Readonly<Record<string, string>> = {
  EnableOrganizationsRootSessions: NEEDS_ORGANIZATION,
  EnableOrganizationsRootCredentialsManagement: NEEDS_ORGANIZATION,
  DisableOrganizationsRootSessions: NEEDS_ORGANIZATION,
  DisableOrganizationsRootCredentialsManagement: NEEDS_ORGANIZATION,
  ChangePassword: "hashes for so long that it would be most of the test; as UpdateLoginProfile",
  CreateLoginProfile: "hashes for so long that it would be most of the test; as UpdateLoginProfile",
  CreateServiceLinkedRole: "makes a role as CreateRole does",
  DeleteServiceLinkedRole: "deletes a role as DeleteRole does",
  CreateSAMLProvider: "as the OIDC provider's, and needs metadata",
  UpdateSAMLProvider: "as the OIDC provider's, and needs metadata",
  DeleteSAMLProvider: "as the OIDC provider's, and needs metadata",
  TagSAMLProvider: "as the OIDC provider's, and needs metadata",
  UntagSAMLProvider: "as the OIDC provider's, and needs metadata",
};
