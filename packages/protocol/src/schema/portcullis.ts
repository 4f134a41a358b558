/**
 * The schemas of the service `portcullis`, which offers what no AWS service does, in the form of
 * the SDK's static schemas, so that a client of the SDK's making can use them too.
 */
const NAMESPACE = "com.portcullis";

// The SDK's numbers: 0 is a string, 1 a number, 2 a boolean, 4 a timestamp, 64 + n a list of n.
const [STRING, NUMBER, BOOLEAN, TIMESTAMP, STRINGS] = [0, 1, 2, 4, 64] as const;

type Reference = number | readonly unknown[] | (() => Reference);

const structure = (name: string, members: Readonly<Record<string, Reference>>) =>
  [3, NAMESPACE, name, 0, Object.keys(members), Object.values(members)] as const;

const list = (name: string, member: Reference) => [1, NAMESPACE, name, 0, member] as const;

const operation = (name: string, input: Reference, output: Reference) =>
  [9, NAMESPACE, name, 0, input, output] as const;

const error = (name: string, status: number) =>
  [-3, NAMESPACE, name, { error: "client", httpError: status }, ["Message"], [STRING]] as const;

const Statement = structure("Statement", {
  PolicyType: STRING,
  PolicyId: STRING,
  PolicyVersionId: STRING,
  Sid: STRING,
  Index: NUMBER,
  Effect: STRING,
  Text: STRING,
});

const FailedCondition = structure("FailedCondition", {
  Operator: STRING,
  ConditionKey: STRING,
  ExpectedValues: STRINGS,
  ActualValues: STRINGS,
});

const NearMiss = structure("NearMiss", {
  Statement,
  FailedElement: STRING,
  Conditions: list("FailedConditionList", FailedCondition),
});

const Verdict = structure("Verdict", {
  PolicyType: STRING,
  Outcome: STRING,
  Statements: list("StatementList", Statement),
});

const ContextEntry = structure("ContextEntry", {
  ContextKeyName: STRING,
  ContextKeyValues: STRINGS,
});

const SuggestedStatement = structure("SuggestedStatement", {
  PolicyType: STRING,
  Statement: STRING,
});

const summary = {
  DecisionId: STRING,
  RequestId: STRING,
  Time: TIMESTAMP,
  PrincipalArn: STRING,
  AccessKeyId: STRING,
  Action: STRING,
  ResourceArn: STRING,
  Outcome: STRING,
  Observed: BOOLEAN,
  Reason: STRING,
} as const;

const Decision = structure("Decision", {
  ...summary,
  Api: STRING,
  Method: STRING,
  Route: STRING,
  SourceIpAddress: STRING,
  UserAgent: STRING,
  ContextEntries: list("ContextEntryList", ContextEntry),
  Verdicts: list("VerdictList", Verdict),
  NearMisses: list("NearMissList", NearMiss),
  MissingContextKeys: STRINGS,
  SuggestedStatements: list("SuggestedStatementList", SuggestedStatement),
  EncodedMessage: STRING,
});

/** One decision, by exactly one of its ids or its encoded message. */
export const GetDecision$ = operation(
  "GetDecision",
  structure("GetDecisionRequest", {
    DecisionId: STRING,
    RequestId: STRING,
    EncodedMessage: STRING,
  }),
  structure("GetDecisionResponse", { Decision }),
);

/** The decisions of the account, newest first. */
export const ListDecisions$ = operation(
  "ListDecisions",
  structure("ListDecisionsRequest", {
    PrincipalArn: STRING,
    Action: STRING,
    Outcome: STRING,
    StartTime: TIMESTAMP,
    EndTime: TIMESTAMP,
    MaxResults: NUMBER,
    NextToken: STRING,
  }),
  structure("ListDecisionsResponse", {
    Decisions: list("DecisionSummaryList", structure("DecisionSummary", summary)),
    DroppedDecisions: NUMBER,
    DroppedEvents: NUMBER,
    DroppedCounts: NUMBER,
    NextToken: STRING,
  }),
);

const Trace = structure("Trace", {
  PrincipalArn: STRING,
  EndTime: TIMESTAMP,
});

/** Records every decision about a principal, allowed ones included, for a limited time. */
export const StartTrace$ = operation(
  "StartTrace",
  structure("StartTraceRequest", { PrincipalArn: STRING, DurationSeconds: NUMBER }),
  structure("StartTraceResponse", { Trace }),
);

const AccessEntry = structure("AccessEntry", {
  PrincipalArn: STRING,
  Action: STRING,
  ResourcePattern: STRING,
  Route: STRING,
  Allowed: NUMBER,
  Observed: NUMBER,
  LastTime: TIMESTAMP,
});

const UnusedAction = structure("UnusedAction", {
  Action: STRING,
  AccessLevel: STRING,
  Conditional: BOOLEAN,
});

/** What principals used in a period, and the least policy that allows it. */
export const GetAccessReport$ = operation(
  "GetAccessReport",
  structure("GetAccessReportRequest", {
    PrincipalArn: STRING,
    Days: NUMBER,
    ObservedOnly: BOOLEAN,
  }),
  structure("GetAccessReportResponse", {
    Entries: list("AccessEntryList", AccessEntry),
    PolicyDocuments: STRINGS,
    UnusedActions: list("UnusedActionList", UnusedAction),
    IsComplete: BOOLEAN,
  }),
);

/** Ends the trace of a principal before its time. */
export const StopTrace$ = operation(
  "StopTrace",
  structure("StopTraceRequest", { PrincipalArn: STRING }),
  structure("StopTraceResponse", { Trace }),
);

const ContextKey = structure("RouteContextKey", {
  Name: STRING,
  Type: STRING,
  From: STRING,
  Parameter: STRING,
});

const ProtectedRoute = structure("ProtectedRoute", {
  RouteKey: STRING,
  Method: STRING,
  Path: STRING,
  Action: STRING,
  Resource: STRING,
  AccountFrom: STRING,
  Description: STRING,
  ContextKeys: list("RouteContextKeyList", ContextKey),
});

const ProtectedApi = structure("ProtectedApi", {
  ApiId: STRING,
  Kind: STRING,
  Stage: STRING,
  ServicePrefix: STRING,
  Title: STRING,
  Host: STRING,
  Routes: list("ProtectedRouteList", ProtectedRoute),
});

const ActionProperties = structure("ActionProperties", {
  IsList: BOOLEAN,
  IsPermissionManagement: BOOLEAN,
  IsTaggingOnly: BOOLEAN,
  IsWrite: BOOLEAN,
});

const ActionReference = structure("ActionReference", {
  Name: STRING,
  AccessLevel: STRING,
  Description: STRING,
  ActionConditionKeys: STRINGS,
  Annotations: structure("ActionAnnotations", { Properties: ActionProperties }),
  Resources: list("ActionResourceList", structure("ActionResource", { Name: STRING })),
});

const ServiceReference = structure("ServiceReference", {
  Name: STRING,
  Actions: list("ActionReferenceList", ActionReference),
  Resources: list(
    "ResourceReferenceList",
    structure("ResourceReference", { Name: STRING, ARNFormats: STRINGS }),
  ),
  ConditionKeys: list(
    "ConditionKeyReferenceList",
    structure("ConditionKeyReference", { Name: STRING, Types: STRINGS }),
  ),
});

/** The protected APIs with their routes, and what their services offer to policies. */
export const GetServiceReference$ = operation(
  "GetServiceReference",
  structure("GetServiceReferenceRequest", {}),
  structure("GetServiceReferenceResponse", {
    Apis: list("ProtectedApiList", ProtectedApi),
    Services: list("ServiceReferenceList", ServiceReference),
  }),
);

/** The traces that run. */
export const ListTraces$ = operation(
  "ListTraces",
  structure("ListTracesRequest", {}),
  structure("ListTracesResponse", { Traces: list("TraceList", Trace) }),
);

/** A secret, or what belongs to one: it is in no log and no audit event. */
const SENSITIVE = [0, NAMESPACE, "Sensitive", 8, 0] as const;

/** Lets an application on the caller's machine act with the caller's sign-in. */
export const AuthorizeOAuth2Access$ = operation(
  "AuthorizeOAuth2Access",
  structure("AuthorizeOAuth2AccessRequest", {
    ClientId: STRING,
    RedirectUri: STRING,
    CodeChallenge: SENSITIVE,
    CodeChallengeMethod: STRING,
    State: SENSITIVE,
  }),
  structure("AuthorizeOAuth2AccessResponse", { Location: SENSITIVE }),
);

const ArchivedFinding = structure("ArchivedFinding", {
  FindingId: STRING,
  Reason: STRING,
  ResourceArn: STRING,
  Title: STRING,
  Time: TIMESTAMP,
  PrincipalArn: STRING,
});

/** Marks a finding about the account as looked at, with a reason. */
export const ArchiveFinding$ = operation(
  "ArchiveFinding",
  structure("ArchiveFindingRequest", {
    FindingId: STRING,
    Reason: STRING,
    ResourceArn: STRING,
    Title: STRING,
  }),
  structure("ArchiveFindingResponse", { Finding: ArchivedFinding }),
);

/** Takes a finding out of the archive. */
export const RestoreFinding$ = operation(
  "RestoreFinding",
  structure("RestoreFindingRequest", { FindingId: STRING }),
  structure("RestoreFindingResponse", {}),
);

export const ListArchivedFindings$ = operation(
  "ListArchivedFindings",
  structure("ListArchivedFindingsRequest", { MaxResults: NUMBER, NextToken: STRING }),
  structure("ListArchivedFindingsResponse", {
    Findings: list("ArchivedFindingList", ArchivedFinding),
    NextToken: STRING,
  }),
);

export const AccessDeniedException$ = error("AccessDeniedException", 400);
export const LimitExceeded$ = error("LimitExceeded", 400);
export const ResourceNotFoundException$ = error("ResourceNotFoundException", 400);
export const ThrottlingException$ = error("ThrottlingException", 400);
export const ValidationException$ = error("ValidationException", 400);
