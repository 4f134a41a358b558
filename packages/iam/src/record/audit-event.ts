import { DAY_MILLISECONDS, dayOf } from "../day.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { timeOfId } from "../time-ordered-id.ts";
import { partitionOf } from "./partition.ts";

/** CloudTrail's event history is of 90 days (CloudTrail UG/view-cloudtrail-events). */
export const AUDIT_DAYS = 90;

/** Who made a call, with what CloudTrail's `userIdentity` says of it. */
export interface AuditIdentity {
  readonly type: string;
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  /** Of a role session. */
  readonly issuer?: { readonly arn: string; readonly id: string; readonly userName: string };
  /** ISO 8601, of temporary credentials. */
  readonly sessionStart?: string;
  readonly mfa?: boolean;
  readonly sourceIdentity?: string;
}

/** A call of the control API or a sign-in. CloudTrail's form of it is made when it is read. */
export interface AuditEvent {
  readonly id: string;
  /** ISO 8601, to the second as in CloudTrail. */
  readonly time: string;
  /** `iam` for `iam.amazonaws.com`. */
  readonly service: string;
  readonly name: string;
  readonly region: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
  readonly requestId?: string;
  readonly readOnly?: true;
  readonly identity: AuditIdentity;
  /** Without secrets. */
  readonly parameters?: unknown;
  readonly response?: unknown;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** An event as it is stored: JSON, compressed with a dictionary, in Base64. */
export interface AuditRecord {
  readonly z: string;
}

/** An event that the log carries to the account that keeps it. */
export interface LoggedEvent extends AuditRecord {
  readonly account: string;
  readonly id: string;
}

const PERIOD_DAYS = 10;
const PERIOD_MILLISECONDS = PERIOD_DAYS * DAY_MILLISECONDS;

/** The partition of a time in milliseconds. Ten of them hold the 90 days. */
export const auditPartition = (milliseconds: number): string =>
  partitionOf("audit", dayAt(Math.floor(milliseconds / PERIOD_MILLISECONDS)));

/** The partitions from one time back to another, newest first. */
export function auditPartitions(fromMilliseconds: number, toMilliseconds: number): string[] {
  const partitions: string[] = [];
  const last = Math.floor(fromMilliseconds / PERIOD_MILLISECONDS);
  for (let period = Math.floor(toMilliseconds / PERIOD_MILLISECONDS); period >= last; period--)
    partitions.push(partitionOf("audit", dayAt(period)));
  return partitions;
}

const dayAt = (period: number): string => dayOf(period * PERIOD_MILLISECONDS);

/** Undefined: it is no event's id. */
export function auditKey(account: string, id: string): RecordKey<AuditRecord> | undefined {
  const time = timeOfId(id);
  return time === undefined ? undefined : { account, partition: auditPartition(time), sort: id };
}

/** When an event is forgotten, in epoch seconds. */
export const auditExpiry = (id: string): number =>
  Math.floor((timeOfId(id) ?? 0) / 1000) + AUDIT_DAYS * 86_400;
