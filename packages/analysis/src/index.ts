export type { ChangeItem, PolicyChange } from "./access/change.ts";
export type {
  AccessCheck,
  AccessQuestion,
  CheckOptions,
  ExampleRequest,
  Reason,
} from "./access/check.ts";
export { describeChange } from "./access/describe-change.ts";
export { describeStatement } from "./access/describe-statement.ts";
export { checkNoNewAccess } from "./access/no-new-access.ts";
export { checkNoPublicAccess } from "./access/no-public-access.ts";
export { checkAccessNotGranted } from "./access/not-granted.ts";
export type {
  AccountModel,
  AttachedPolicy,
  Boundary,
  CredentialReportRow,
  DocumentInput,
  GroupDetail,
  ManagedPolicyDetail,
  ModelTag,
  PolicyText,
  PrincipalUse,
  RoleDetail,
  Usage,
  UserDetail,
} from "./account/model.ts";
export { type Progress, runToEnd } from "./account/progress.ts";
export { analyzeAccount, bySeverity } from "./findings/analyze-account.ts";
export type {
  AccountFinding,
  Evidence,
  FindingKind,
  FindingsOptions,
  Severity,
  UnusedDetails,
} from "./findings/finding.ts";
export { generatePolicy, generatePolicyInSteps } from "./generate/generate-policy.ts";
export { smallestStatement } from "./generate/smallest-statement.ts";
export type {
  AccessRecord,
  GeneratedPolicy,
  GenerateOptions,
  SmallestStatement,
  StatementDocument,
} from "./generate/types.ts";
export type { Check } from "./lint/check.ts";
export { keyFacts } from "./lint/condition-keys.ts";
export type {
  FindingLocation,
  FindingType,
  Fix,
  PathStep,
  PolicyFinding,
} from "./lint/finding.ts";
export { globalKey, globalKeyNames, type KeyFacts, type KeyType } from "./lint/global-keys.ts";
export { CHECKS, type LintOptions, type LintResult, lintPolicy } from "./lint/lint-policy.ts";
export type {
  ActionReference,
  ConditionKeyReference,
  ResourceReference,
  ServiceReference,
} from "./services/reference.ts";
export {
  findConditionKey,
  indexServices,
  installationServices,
  type Service,
  type Services,
  type ServicesOptions,
} from "./services/services.ts";
export type {
  Access,
  AccessLevel,
  ActionAccess,
  Grant,
  PrincipalAccess,
  WhatCanAnswer,
  WhatCanOptions,
  WhoCanAnswer,
  WhoCanOptions,
  WhoCanQuestion,
} from "./who/answer.ts";
export { whatCan } from "./who/what-can.ts";
export { whoCan } from "./who/who-can.ts";
