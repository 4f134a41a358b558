import type { ContextValue, Decision, PolicyType, Principal } from "@portcullis/policy";
import { dayOf } from "../day.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { timeOfId } from "../time-ordered-id.ts";
import { partitionOf } from "./partition.ts";

/** How long records of decisions are kept where the installation does not say. */
export const DECISION_DAYS = 7;
/** The longest that an installation may keep them. A list asks once for each day. */
export const MAX_DECISION_DAYS = 90;
/** How long the counts of use are kept: the longest period that a policy is generated from. */
export const ACCESS_COUNT_DAYS = 90;

/** A statement as it was when it took part in a decision. */
export interface RecordedStatement {
  readonly policyId: string;
  readonly policyType: PolicyType;
  readonly index: number;
  readonly sid?: string;
  /** The version of a managed policy, such as `v3`. */
  readonly versionId?: string;
  readonly effect: "Allow" | "Deny";
  /** JSON. Absent: the policy is another account's, or the organization's. */
  readonly text?: string;
}

/** What the policies of one type said. Each level of service control has a verdict of its own. */
export interface RecordedVerdict {
  readonly policyType: PolicyType;
  readonly outcome: Decision["outcome"];
  /** Those that apply to the request, denies first. */
  readonly statements: readonly RecordedStatement[];
}

/** An allow that came near, and what of it did not match. */
export interface RecordedNearMiss {
  readonly statement: RecordedStatement;
  readonly failedElement: "action" | "resource" | "principal" | "condition";
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly wanted: readonly string[];
    /** Absent: the key is not in the request. */
    readonly actual?: readonly string[];
  }[];
}

/** What explains a decision. The decision's log line carries it. */
export interface DecisionDetail {
  readonly principal: Principal;
  readonly userName?: string;
  readonly userAgent?: string;
  readonly resourceAccount?: string;
  /** The condition keys of the request. Values of keys whose names tell of a secret are `***`. */
  readonly context: readonly (readonly [key: string, value: ContextValue])[];
  readonly decision:
    | { readonly outcome: "allowed" }
    | { readonly outcome: "implicitDeny"; readonly missing: PolicyType }
    | { readonly outcome: "explicitDeny"; readonly deniedBy: PolicyType };
  readonly verdicts: readonly RecordedVerdict[];
  readonly nearMisses: readonly RecordedNearMiss[];
  readonly missingKeys: readonly string[];
}

/** A decision as it is looked up later. */
export interface DecisionRecord {
  /** ISO 8601. */
  readonly time: string;
  readonly requestId?: string | undefined;
  readonly principalArn?: string | undefined;
  readonly userId?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  readonly outcome: Decision["outcome"];
  /** A denial that was let through, because the API is observed only. */
  readonly observed?: true | undefined;
  readonly reason?: string | undefined;
  readonly api?: string | undefined;
  readonly method?: string | undefined;
  readonly route?: string | undefined;
  readonly sourceIp?: string | undefined;
  /** Absent where no policy was evaluated. */
  readonly detail?: DecisionDetail | undefined;
}

/** The decisions of one day. Their ids are in the order of time. */
export const decisionsPartition = (day: string): string => partitionOf("decisions", day);

/** Undefined: it is no decision's id. */
export function decisionKey(account: string, id: string): RecordKey<DecisionRecord> | undefined {
  const time = timeOfId(id);
  if (time === undefined) return undefined;
  return { account, partition: decisionsPartition(dayOf(time)), sort: id };
}

/** The decision of a gateway's request, where the request has an id of its own. */
export const decisionRequestKey = (
  account: string,
  requestId: string,
): RecordKey<{ readonly decisionId: string }> => ({
  account,
  partition: partitionOf("decision-request", requestId),
  sort: "record",
});

/** How many decisions and events of a day were not recorded, because there were too many. */
export interface DroppedRecord {
  readonly decisions: number;
  readonly events: number;
  readonly counts: number;
}

export const droppedKey = (account: string, day: string): RecordKey<DroppedRecord> => ({
  account,
  partition: partitionOf("dropped-records", day),
  sort: "record",
});

/** How often a principal used an action on resources of one pattern, on one day. */
export interface AccessCountRecord {
  readonly principalArn: string;
  readonly action: string;
  /** The resource with the parts that vary as `*`. */
  readonly pattern: string;
  readonly route?: string | undefined;
  readonly allowed: number;
  readonly denied: number;
  /** Denials that were let through. */
  readonly observed: number;
  /** The first few resources. Of more, only the pattern is known. */
  readonly resources: readonly string[];
  readonly more: boolean;
  readonly last: string;
}

export const accessCountsPartition = (day: string): string => partitionOf("access-counts", day);

/** @param principalId the user's or role's unique id, or the account's */
export const accessCountKey = (
  account: string,
  {
    day,
    principalId,
    action,
    name,
  }: {
    readonly day: string;
    readonly principalId: string;
    readonly action: string;
    /** Of the pattern and route. */
    readonly name: string;
  },
): RecordKey<AccessCountRecord> => ({
  account,
  partition: accessCountsPartition(day),
  sort: `${principalId}/${action}/${name}`,
});
