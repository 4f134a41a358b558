import type { Severity } from "@portcullis/analysis";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { Tag } from "./tag.ts";

export const ANALYZERS = partitionOf("analyzers");

export type AnalyzerType =
  | "ACCOUNT"
  | "ACCOUNT_UNUSED_ACCESS"
  | "ORGANIZATION"
  | "ORGANIZATION_UNUSED_ACCESS";

/** Whether an analyzer finds unused access, and not external access. */
export const findsUnusedAccess = (type: AnalyzerType): boolean =>
  type === "ACCOUNT_UNUSED_ACCESS" || type === "ORGANIZATION_UNUSED_ACCESS";

export interface AnalyzerRecord {
  readonly name: string;
  readonly type: AnalyzerType;
  readonly createdAt: string;
  readonly tags: readonly Tag[];
  readonly archiveRules: readonly ArchiveRule[];
  /** Days, of an analyzer of unused access. */
  readonly unusedAccessAge?: number;
  /** The analysis whose findings are visible. Absent: none has ended yet. */
  readonly run?: string;
  /** ISO 8601: when that analysis began. No finding is of an older state of its principal. */
  readonly analyzedAt?: string;
  /** ISO 8601: when it ended. */
  readonly completedAt?: string;
  /** The users and roles that it looked at. */
  readonly principals?: number;
}

export interface ArchiveRule {
  readonly name: string;
  readonly filter: FindingFilter;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** By filter key, such as `resource` or `principal.AWS`. */
export type FindingFilter = Readonly<Record<string, FilterCriterion>>;

export interface FilterCriterion {
  readonly eq?: readonly string[] | undefined;
  readonly neq?: readonly string[] | undefined;
  readonly contains?: readonly string[] | undefined;
  readonly exists?: boolean | undefined;
}

export const analyzerKey = (account: string, name: string): RecordKey<AnalyzerRecord> => ({
  account,
  partition: ANALYZERS,
  sort: name,
});

export interface AnalyzerFindingRecord extends AnalyzerFinding {
  readonly status: "ACTIVE" | "ARCHIVED" | "RESOLVED";
  readonly createdAt: string;
  readonly updatedAt: string;
}

/**
 * A finding as stored. An analysis writes its results beside those of the one before, and they
 * become visible all at once when the analyzer's record names the analysis.
 */
export interface StoredFinding extends AnalyzerFindingRecord {
  /** The analysis that found it for the first time. It is not visible before that one is. */
  readonly newIn?: string;
  /** What it is once the analysis is visible. */
  readonly next?: { readonly run: string; readonly finding: AnalyzerFindingRecord };
}

/** What an analysis finds, apart from its history. */
export interface AnalyzerFinding {
  readonly id: string;
  readonly findingType:
    | "ExternalAccess"
    | "UnusedIAMRole"
    | "UnusedIAMUserAccessKey"
    | "UnusedIAMUserPassword"
    | "UnusedPermission";
  readonly resource: string;
  readonly resourceType: "AWS::IAM::Role" | "AWS::IAM::User";
  readonly external?: ExternalAccess;
  /** Of unused permissions one for each service, else one. */
  readonly unused?: readonly UnusedAccess[];
}

/** A finding of an analysis, with what decides which findings are kept. */
export interface FoundAccess {
  readonly severity: Severity;
  readonly finding: AnalyzerFinding;
}

export interface ExternalAccess {
  readonly isPublic: boolean;
  readonly action: readonly string[];
  readonly condition: Readonly<Record<string, string>>;
  readonly principal: Readonly<Record<string, string>>;
}

export interface UnusedAccess {
  readonly lastAccessed?: string;
  readonly accessKeyId?: string;
  readonly service?: string;
  readonly actions?: readonly { readonly action: string; readonly lastAccessed?: string }[];
}

export const findingsPartition = (analyzer: string): string =>
  partitionOf("analyzer-findings", analyzer);

export const analyzerFindingKey = (
  account: string,
  analyzer: string,
  id: string,
): RecordKey<StoredFinding> => ({
  account,
  partition: findingsPartition(analyzer),
  sort: id,
});
