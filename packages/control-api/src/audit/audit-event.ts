import type { Caller } from "@portcullis/iam/caller";
import type { AuditEvent, AuditIdentity } from "@portcullis/iam/record/audit-event";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import type { Service } from "@portcullis/protocol";
import type { Call } from "../model/call.ts";
import { headerOf } from "../model/request.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** What a call has led to. */
export interface CallResult {
  readonly caller: Caller;
  readonly input: unknown;
  readonly output?: object | undefined;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

const USER_AGENT_AT_MOST = 200;
const MESSAGE_AT_MOST = 400;

/** The audit event of a call. */
export function auditEvent(
  wire: Service,
  call: Call,
  region: string,
  { caller, input, output, error }: CallResult,
): AuditEvent {
  const name = call.record.operation ?? "";
  const operation = wire.operations.get(name);
  const userAgent = headerOf(call.request, "user-agent");
  const parameters = withoutSecrets(input, operation?.input);
  const response = withoutSecrets(output, operation?.output);
  return {
    id: timeOrderedId(call.now),
    time: toSeconds(call.now),
    service: wire.name,
    name,
    region,
    sourceIp: call.request.sourceIp,
    ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, USER_AGENT_AT_MOST) }),
    requestId: call.id,
    ...(onlyReads(name) ? { readOnly: true as const } : {}),
    identity: auditIdentity(caller),
    ...(parameters === undefined ? {} : { parameters }),
    ...(response === undefined ? {} : { response }),
    ...(error && {
      errorCode: error.code,
      errorMessage: error.message.slice(0, MESSAGE_AT_MOST),
    }),
  };
}

/** The same event for the account that owns the role: of the caller it says only the account. */
export const ofOtherAccount = (event: AuditEvent): AuditEvent => {
  const { principalId, accountId } = event.identity;
  return {
    ...event,
    identity: {
      type: "AWSAccount",
      ...(principalId === undefined ? {} : { principalId }),
      ...(accountId === undefined ? {} : { accountId }),
    },
  };
};

/** Whether an operation changes nothing and issues no credentials. */
export const onlyReads = (operation: string): boolean =>
  READS.test(operation) && !ISSUES.test(operation);

const READS = /^(?:Check|Decode|Describe|Get|List|Lookup|Simulate|Validate)/;
const ISSUES = /^Get(?:FederationToken|SessionToken|WebIdentityToken|DelegatedAccessToken)$/;

function auditIdentity({ principal, account, accessKeyId, userName, session, assertion }: Caller) {
  const identity: AuditIdentity = {
    type: IDENTITY_TYPES[principal.type] ?? principal.type,
    ...("userId" in principal ? { principalId: principal.userId, arn: principal.arn } : {}),
    ...(account === "" ? {} : { accountId: account }),
    ...(accessKeyId === "" ? {} : { accessKeyId }),
    ...(userName === undefined ? {} : { userName }),
    ...(assertion && { principalId: `${assertion.provider}:${assertion.subject}` }),
  };
  if (session === undefined) return identity;
  return {
    ...identity,
    sessionStart: toSeconds(session.issuedAt),
    ...(session.mfaAt ? { mfa: true } : {}),
    ...(session.sourceIdentity === undefined ? {} : { sourceIdentity: session.sourceIdentity }),
    ...(principal.type === "AssumedRole" && {
      issuer: { arn: principal.roleArn, id: principal.roleId, userName: session.roleName ?? "" },
    }),
  };
}

const IDENTITY_TYPES: Readonly<Record<string, string>> = {
  User: "IAMUser",
  Federated: "WebIdentityUser",
};

const toSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
