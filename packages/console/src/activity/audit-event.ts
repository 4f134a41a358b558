import type { Event } from "@aws-sdk/client-cloudtrail";

/** An event of the audit trail, with its record taken apart. */
export interface AuditEvent {
  readonly id: string;
  readonly name: string;
  readonly time: Date;
  /** `iam` for `iam.amazonaws.com`. */
  readonly service: string;
  /** Who made the call, as people know them. */
  readonly who: string;
  /** By which the trail finds it: a user's name, `root`, or a session's name. */
  readonly userName: string | undefined;
  readonly resources: readonly { readonly type: string; readonly name: string }[];
  /** Of a call that was refused. */
  readonly errorCode?: string | undefined;
  readonly isReadOnly: boolean;
  readonly parameters: Members;
  readonly response: Members;
  /** The whole record, as JSON to read. */
  readonly text: string;
}

export type Members = Readonly<Record<string, unknown>>;

export function auditEventOf(event: Event): AuditEvent {
  const record = recordOf(event.CloudTrailEvent);
  const { errorCode, requestParameters, responseElements } = record;
  return {
    id: event.EventId ?? "",
    name: event.EventName ?? "",
    time: event.EventTime ?? new Date(0),
    service: (event.EventSource ?? "").replace(/\.amazonaws\.com$/, ""),
    who: whoOf(membersOf(record.userIdentity), event.Username),
    userName: event.Username,
    resources: (event.Resources ?? []).map(({ ResourceType = "", ResourceName = "" }) => ({
      type: ResourceType,
      name: ResourceName,
    })),
    ...(typeof errorCode === "string" ? { errorCode } : {}),
    isReadOnly: event.ReadOnly === "true",
    parameters: membersOf(requestParameters),
    response: membersOf(responseElements),
    text: JSON.stringify(record, null, 2),
  };
}

export const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null ? (value as Members) : {};

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

function recordOf(json: string | undefined): Members {
  try {
    return membersOf(JSON.parse(json ?? ""));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** A user's name, a role with its session, the root user, or the account that a stranger is of. */
function whoOf(identity: Members, userName: string | undefined): string {
  const { type, accountId } = identity;
  if (type === "Root") return "Root user";
  if (type === "AWSAccount") return `Account ${textOf(accountId) ?? ""}`;
  if (type === "AssumedRole") {
    const issuer = membersOf(membersOf(identity.sessionContext).sessionIssuer);
    const role = textOf(issuer.userName);
    if (role !== undefined) return `Role ${role}, session ${userName ?? ""}`;
  }
  return userName ?? textOf(identity.arn) ?? textOf(identity.principalId) ?? "Unknown";
}
