import type { AuditEvent, AuditIdentity } from "../record/audit-event.ts";

/**
 * An event in CloudTrail's record form
 * (CloudTrail UG/cloudtrail-event-reference-record-contents).
 */
export function cloudTrailRecord(event: AuditEvent, account: string): object {
  return {
    eventVersion: "1.11",
    userIdentity: userIdentity(event.identity),
    eventTime: event.time,
    eventSource: eventSource(event),
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    errorCode: event.errorCode,
    errorMessage: event.errorMessage,
    requestParameters: event.parameters ?? null,
    responseElements: event.response ?? null,
    requestID: event.requestId,
    eventID: event.id,
    readOnly: event.readOnly === true,
    eventType: event.service === "signin" ? "AwsConsoleSignIn" : "AwsApiCall",
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: "Management",
  };
}

/** `iam.amazonaws.com` */
export const eventSource = ({ service }: Pick<AuditEvent, "service">): string =>
  `${service}.amazonaws.com`;

function userIdentity(identity: AuditIdentity): object {
  const { type, principalId, arn, accountId, accessKeyId, userName, issuer, sessionStart } =
    identity;
  return {
    type,
    principalId,
    arn,
    accountId,
    accessKeyId,
    userName,
    ...(sessionStart !== undefined && {
      sessionContext: {
        ...(issuer && {
          sessionIssuer: {
            type: "Role",
            principalId: issuer.id,
            arn: issuer.arn,
            accountId,
            userName: issuer.userName,
          },
        }),
        attributes: { creationDate: sessionStart, mfaAuthenticated: String(identity.mfa === true) },
        sourceIdentity: identity.sourceIdentity,
      },
    }),
  };
}

/** The name by which `Username` finds an event: of a role session its session name, as in AWS. */
export function userNameOf({ type, userName, principalId }: AuditIdentity): string | undefined {
  if (type === "Root") return "root";
  if (type === "AssumedRole") return principalId?.split(":")[1];
  return userName;
}

/** A resource that an event names. */
export interface EventResource {
  readonly type: string;
  readonly name: string;
}

/** By the member of a request or response that names one. */
const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  userName: "AWS::IAM::User",
  newUserName: "AWS::IAM::User",
  groupName: "AWS::IAM::Group",
  roleName: "AWS::IAM::Role",
  roleArn: "AWS::IAM::Role",
  policyName: "AWS::IAM::Policy",
  policyArn: "AWS::IAM::Policy",
  accessKeyId: "AWS::IAM::AccessKey",
  instanceProfileName: "AWS::IAM::InstanceProfile",
  serialNumber: "AWS::IAM::MfaDevice",
  openIDConnectProviderArn: "AWS::IAM::OpenIDConnectProvider",
  sAMLProviderArn: "AWS::IAM::SAMLProvider",
  serverCertificateName: "AWS::IAM::ServerCertificate",
  accountId: "AWS::Organizations::Account",
  principalArn: "AWS::IAM::Principal",
};

/** The resources that an event's parameters name, and those that it made. */
export function resourcesOf({ parameters, response }: AuditEvent): readonly EventResource[] {
  const found = new Map<string, EventResource>();
  const add = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [member, name] of Object.entries(value)) {
      const type = Object.hasOwn(RESOURCE_TYPES, member) ? RESOURCE_TYPES[member] : undefined;
      if (type !== undefined && typeof name === "string")
        found.set(`${type} ${name}`, { type, name });
    }
  };
  add(parameters);
  if (typeof response === "object" && response !== null) {
    // Of a provider the response itself has the ARN, of a policy its member.
    add(response);
    for (const [member, made] of Object.entries(response)) {
      add(made);
      if (member === "policy") add({ policyArn: made?.arn });
    }
  }
  return [...found.values()];
}
