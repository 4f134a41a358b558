/** Input and output of the service `portcullis`. */

export interface StatementSummary {
  readonly PolicyType: string;
  /** ARN of a managed policy, name of an inline one. */
  readonly PolicyId: string;
  readonly PolicyVersionId?: string | undefined;
  readonly Sid?: string | undefined;
  readonly Index: number;
  readonly Effect: string;
  /** JSON, as it was. */
  readonly Text?: string | undefined;
}

export interface NearMissSummary {
  readonly Statement: StatementSummary;
  readonly FailedElement: string;
  readonly Conditions?:
    | readonly {
        readonly Operator: string;
        readonly ConditionKey: string;
        readonly ExpectedValues: readonly string[];
        readonly ActualValues?: readonly string[] | undefined;
      }[]
    | undefined;
}

export interface VerdictSummary {
  readonly PolicyType: string;
  readonly Outcome: string;
  readonly Statements: readonly StatementSummary[];
}

/** A statement, and the type of policy that lacks it. */
export interface SuggestedStatement {
  readonly PolicyType: string;
  /** JSON. */
  readonly Statement: string;
}

export interface DecisionSummary {
  readonly DecisionId: string;
  readonly RequestId?: string | undefined;
  readonly Time: Date;
  readonly PrincipalArn?: string | undefined;
  readonly AccessKeyId?: string | undefined;
  readonly Action?: string | undefined;
  readonly ResourceArn?: string | undefined;
  readonly Outcome: string;
  readonly Observed: boolean;
  readonly Reason?: string | undefined;
}

export interface DecisionDescription extends DecisionSummary {
  readonly Api?: string | undefined;
  readonly Method?: string | undefined;
  readonly Route?: string | undefined;
  readonly SourceIpAddress?: string | undefined;
  readonly UserAgent?: string | undefined;
  readonly ContextEntries?:
    | readonly { readonly ContextKeyName: string; readonly ContextKeyValues: readonly string[] }[]
    | undefined;
  readonly Verdicts?: readonly VerdictSummary[] | undefined;
  readonly NearMisses?: readonly NearMissSummary[] | undefined;
  readonly MissingContextKeys?: readonly string[] | undefined;
  /** What would allow the request. Absent: an explicit deny stands against it. */
  readonly SuggestedStatements?: readonly SuggestedStatement[] | undefined;
  /** For `sts:DecodeAuthorizationMessage`. */
  readonly EncodedMessage?: string | undefined;
}

/** Exactly one of them. */
export interface GetDecisionInput {
  readonly DecisionId?: string | undefined;
  readonly RequestId?: string | undefined;
  readonly EncodedMessage?: string | undefined;
}

export interface GetDecisionOutput {
  readonly Decision: DecisionDescription;
}

export interface ListDecisionsInput {
  readonly PrincipalArn?: string | undefined;
  readonly Action?: string | undefined;
  readonly Outcome?: "allowed" | "explicitDeny" | "implicitDeny" | undefined;
  /** @default 8 days ago. The earliest that is listed is 91 days ago. */
  readonly StartTime?: Date | undefined;
  readonly EndTime?: Date | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListDecisionsOutput {
  readonly Decisions: readonly DecisionSummary[];
  /** Present with the last page: how many decisions of the period were too many to record. */
  readonly DroppedDecisions?: number | undefined;
  /** The same of audit events that come from the log: denied calls, sign-ins, credentials issued. */
  readonly DroppedEvents?: number | undefined;
  /** The same of counts of use, which `GetAccessReport` sums. */
  readonly DroppedCounts?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface Trace {
  readonly PrincipalArn: string;
  readonly EndTime: Date;
}

export interface StartTraceInput {
  readonly PrincipalArn: string;
  readonly DurationSeconds?: number | undefined;
}

export interface StopTraceInput {
  readonly PrincipalArn: string;
}

export interface TraceOutput {
  readonly Trace: Trace;
}

/** No members: all traces of the account. */
export type ListTracesInput = Readonly<Record<string, never>>;

export interface ListTracesOutput {
  /** Those that still run, the one that ends first before the others. */
  readonly Traces: readonly Trace[];
}

export interface AccessReportInput {
  /** Of a user, a role or the root user. Absent: of all. */
  readonly PrincipalArn?: string | undefined;
  /** The period, up to now. @default 30 */
  readonly Days?: number | undefined;
  /** Only what was denied and let through, because an API is observed. @default false */
  readonly ObservedOnly?: boolean | undefined;
}

export interface AccessReportOutput {
  readonly Entries: readonly {
    readonly PrincipalArn: string;
    readonly Action: string;
    readonly ResourcePattern: string;
    readonly Route?: string | undefined;
    readonly Allowed: number;
    readonly Observed: number;
    readonly LastTime: Date;
  }[];
  /** Of one principal: the least that allows all of the entries. */
  readonly PolicyDocuments?: readonly string[] | undefined;
  /**
   * Of one user or role: actions of the protected APIs that it may use now, and did not. Absent
   * unless all counts of the period are there.
   */
  readonly UnusedActions?: readonly UnusedAction[] | undefined;
  /** False: the account has more entries than one report holds, or some were dropped. */
  readonly IsComplete: boolean;
}

/** A finding about the account that is archived. */
export interface ArchivedFinding {
  readonly FindingId: string;
  readonly Reason: string;
  readonly ResourceArn: string;
  readonly Title: string;
  readonly Time: Date;
  /** Who archived it. */
  readonly PrincipalArn: string;
}

export interface ArchiveFindingInput {
  /** As `analyzeAccount` makes it. */
  readonly FindingId: string;
  readonly Reason: string;
  readonly ResourceArn: string;
  readonly Title: string;
}

export interface ArchiveFindingOutput {
  readonly Finding: ArchivedFinding;
}

export interface RestoreFindingInput {
  readonly FindingId: string;
}

export interface ListArchivedFindingsInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface ListArchivedFindingsOutput {
  readonly Findings: readonly ArchivedFinding[];
  readonly NextToken?: string | undefined;
}

export interface UnusedAction {
  readonly Action: string;
  /** AWS's access level, such as `Write`. */
  readonly AccessLevel: string;
  /** Whether it is allowed under conditions only. */
  readonly Conditional: boolean;
}
