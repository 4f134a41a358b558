import { CreateAnalyzerCommand, CreateArchiveRuleCommand } from "@aws-sdk/client-accessanalyzer";
import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  CreateServiceLinkedRoleCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  UploadServerCertificateCommand,
} from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import { makeCertificate } from "./certificate.ts";
import type { TestInstallation } from "./harness.ts";
import { enableRootAccess, openMember, task } from "./root-access.ts";

/**
 * One of each kind of thing that an operation can act on, all tagged `keep=yes` where they can be.
 */
export interface OperationWorld {
  /** What each parameter of an operation is given, by its name. */
  readonly samples: Readonly<Record<string, unknown>>;
  readonly member: string;
  readonly unit: string;
  readonly rootId: string;
  readonly policyId: string;
  readonly resourcePolicyId: string;
  /** ARNs of the managed policy, the group, the role and the user. */
  readonly arns: {
    readonly policy: string;
    readonly group: string;
    readonly role: string;
    readonly user: string;
  };
  readonly certificate: string;
}

const Tags = [{ Key: "keep", Value: "yes" }];
const document = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const ALLOW = document({ Effect: "Allow", Action: "x:y", Resource: "*" });

export async function operationWorld({
  iam,
  organizations: client,
  analyzer: analyzers,
  account,
}: TestInstallation): Promise<OperationWorld> {
  await enableRootAccess(client, iam);
  const { Roots = [] } = await client.send(new organizations.ListRootsCommand({}));
  const rootId = Roots[0]?.Id ?? "";
  await client.send(new organizations.TagResourceCommand({ ResourceId: rootId, Tags }));
  const member = await openMember(client, "member");
  await client.send(new organizations.TagResourceCommand({ ResourceId: member, Tags }));
  const { OrganizationalUnit: unit } = await client.send(
    new organizations.CreateOrganizationalUnitCommand({ ParentId: rootId, Name: "unit", Tags }),
  );
  const { Policy: scp } = await client.send(
    new organizations.CreatePolicyCommand({
      Name: "scp",
      Description: "",
      Type: "SERVICE_CONTROL_POLICY",
      Content: ALLOW,
      Tags,
    }),
  );
  const { ResourcePolicy: resourcePolicy } = await client.send(
    new organizations.PutResourcePolicyCommand({
      Content: document({
        Effect: "Allow",
        Principal: { AWS: member },
        Action: "organizations:ListRoots",
        Resource: "*",
      }),
      Tags,
    }),
  );

  const { Policy: policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: "managed", PolicyDocument: ALLOW, Tags }),
  );
  const boundary = policy?.Arn ?? "";
  const { User: user } = await iam.send(
    new CreateUserCommand({ UserName: "subject", PermissionsBoundary: boundary, Tags }),
  );
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: "subject" }));
  const { ServiceSpecificCredential: credential } = await iam.send(
    new CreateServiceSpecificCredentialCommand({
      UserName: "subject",
      ServiceName: "codecommit.amazonaws.com",
    }),
  );
  const { Group: group } = await iam.send(new CreateGroupCommand({ GroupName: "group" }));
  const trust = document({
    Effect: "Allow",
    Principal: { AWS: account },
    Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
  });
  const { Role: role } = await iam.send(
    new CreateRoleCommand({
      RoleName: "role",
      AssumeRolePolicyDocument: trust,
      PermissionsBoundary: boundary,
      Tags,
    }),
  );
  await iam.send(
    new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" }),
  );
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "profile", Tags }));
  await iam.send(
    new AddRoleToInstanceProfileCommand({ InstanceProfileName: "profile", RoleName: "role" }),
  );
  const { OpenIDConnectProviderArn: oidc } = await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: "https://oidc.example",
      ThumbprintList: ["a".repeat(40)],
      Tags,
    }),
  );
  const { certificate, privateKey } = makeCertificate("idp.example");
  const { SAMLProviderArn: saml } = await iam.send(
    new CreateSAMLProviderCommand({
      Name: "saml",
      SAMLMetadataDocument: samlMetadata(certificate),
      Tags,
    }),
  );
  await iam.send(
    new UploadServerCertificateCommand({
      ServerCertificateName: "certificate",
      CertificateBody: certificate,
      PrivateKey: privateKey,
      Tags,
    }),
  );
  const { VirtualMFADevice: device } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "device", Tags }),
  );

  const { arn: analyzerArn } = await analyzers.send(
    new CreateAnalyzerCommand({ analyzerName: "analyzer", type: "ACCOUNT", tags: { keep: "yes" } }),
  );
  const filter = { isPublic: { eq: ["true"] } };
  await analyzers.send(
    new CreateArchiveRuleCommand({ analyzerName: "analyzer", ruleName: "rule", filter }),
  );

  return {
    member,
    unit: unit?.Id ?? "",
    rootId,
    policyId: scp?.PolicySummary?.Id ?? "",
    resourcePolicyId: resourcePolicy?.ResourcePolicySummary?.Id ?? "",
    arns: {
      policy: boundary,
      group: group?.Arn ?? "",
      role: role?.Arn ?? "",
      user: user?.Arn ?? "",
    },
    certificate,
    samples: {
      AWSServiceName: "rds.amazonaws.com",
      AccessKeyId: key?.AccessKeyId,
      AccountAlias: "some-alias",
      AccountId: member,
      AccountName: "another",
      ActionNames: ["iam:GetUser"],
      Arn: user?.Arn,
      AssumeRolePolicyDocument: trust,
      Audience: ["orders"],
      AuthenticationCode1: "123456",
      AuthenticationCode2: "654321",
      CertificateBody: certificate,
      CertificateId: "A".repeat(24),
      ChildId: member,
      ChildType: "ACCOUNT",
      ClientID: "client",
      Content: ALLOW,
      CreateAccountRequestId: `car-${"a".repeat(32)}`,
      DeletionTaskId:
        "task/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling/1",
      Description: "some text",
      DestinationParentId: unit?.Id,
      Email: "another@example.com",
      EncodedMessage: "text",
      ExternalId: "external",
      Filter: "SERVICE_CONTROL_POLICY",
      GlobalEndpointTokenVersion: "v2Token",
      GroupName: "group",
      InstanceProfileName: "profile",
      JobId: "00000000-0000-0000-0000-000000000000",
      Name: "name",
      NewPassword: "another Password 1!",
      OldPassword: "the old Password 1!",
      OpenIDConnectProviderArn: oidc,
      OrganizationalUnitId: unit?.Id,
      ParentId: unit?.Id,
      Password: "some Password 1!",
      PermissionsBoundary: boundary,
      PolicyArn: boundary,
      PolicyDocument: ALLOW,
      PolicyId: scp?.PolicySummary?.Id,
      PolicyInputList: [ALLOW],
      PolicyName: "inline",
      PolicySourceArn: user?.Arn,
      PolicyType: "SERVICE_CONTROL_POLICY",
      PrivateKey: privateKey,
      ResourceId: member,
      RoleArn: role?.Arn,
      RoleName: "role",
      RoleSessionName: "session",
      RootId: rootId,
      SAMLMetadataDocument: samlMetadata(certificate),
      SAMLProviderArn: saml,
      SSHPublicKeyBody: "ssh-rsa AAAA",
      SSHPublicKeyId: "A".repeat(24),
      SerialNumber: device?.SerialNumber,
      ServerCertificateName: "certificate",
      ServiceName: "codecommit.amazonaws.com",
      ServiceNamespace: "iam",
      ServiceNamespaces: ["iam"],
      ServicePrincipal: "iam.amazonaws.com",
      ServiceSpecificCredentialId: credential?.ServiceSpecificCredentialId,
      SetAsActive: true,
      SigningAlgorithm: "RS256",
      SourceIdentity: "source",
      SourceParentId: rootId,
      Status: "Inactive",
      TagKeys: ["keep"],
      Tags,
      TargetId: member,
      TargetPrincipal: member,
      ThumbprintList: ["a".repeat(40)],
      TaskPolicyArn: task("IAMAuditRootUserCredentials"),
      TransitiveTagKeys: ["keep"],
      Type: "SERVICE_CONTROL_POLICY",
      Url: "https://other.example",
      UserName: "subject",
      VersionId: "v1",
      VirtualMFADeviceName: "another",
      // Access Analyzer's members begin with a small letter.
      access: [{ actions: ["iam:GetUser"] }],
      analyzerArn,
      analyzerName: "analyzer",
      existingPolicyDocument: ALLOW,
      filter,
      id: "finding",
      ids: ["finding"],
      jobId: "00000000-0000-0000-0000-000000000000",
      newPolicyDocument: ALLOW,
      policyDocument: ALLOW,
      policyGenerationDetails: { principalArn: user?.Arn },
      policyType: "IDENTITY_POLICY",
      resourceArn: analyzerArn,
      ruleName: "rule",
      status: "ARCHIVED",
      tagKeys: ["keep"],
      tags: { keep: "yes" },
      type: "ACCOUNT",
    },
  };
}

const samlMetadata = (certificate: string): string => {
  const body = certificate.replace(/-----[^-]+-----|\s/g, "");
  return `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example/${"x".repeat(1000)}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso"/>
</md:IDPSSODescriptor></md:EntityDescriptor>`;
};
