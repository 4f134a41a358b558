// The policy language: parse, compile, decide, explain.

// For analyses of policies: what the engine compiles elements to.
export { type Clause, compileClause, isSatisfied } from "./condition/condition.ts";
export { type Decimal, parseDecimal } from "./condition/decimal.ts";
export { parseInstant } from "./condition/instant.ts";
export {
  type IpAddress,
  type IpRange,
  isInRange,
  parseIpAddress,
  parseIpRange,
} from "./condition/ip-address.ts";
export { type OperatorName, operatorNames, parseOperatorName } from "./condition/operator.ts";
export { authorize } from "./decide/authorize.ts";
export type { CompiledPolicy, CompileOptions } from "./decide/compile.ts";
export { compilePolicy } from "./decide/compile.ts";
export { type Coverage, coverage, type RequestFamily, widest } from "./decide/coverage.ts";
export {
  type Explanation,
  explain,
  type FailedCondition,
  type Failure,
  type MatchedStatement,
  type NearMiss,
  type Verdict,
} from "./decide/explain.ts";
export type { ApplicablePolicies, AuthorizationRequest } from "./decide/request.ts";
// For linters: what documents may have.
export { INVALID_CHARACTER } from "./language/character.ts";
export { isAssumeRoleAction } from "./language/check-action.ts";
export { PARTITIONS } from "./language/check-resource.ts";
export { requiredContextKeys } from "./language/context-keys.ts";
// For editors: where elements and faults are in a document's text.
export { checkPolicy, type DescribedIssue, describeIssues } from "./language/describe-issues.ts";
export {
  type DocumentSpans,
  documentSpans,
  type ElementSpan,
} from "./language/document-spans.ts";
export { POLICY_ELEMENTS, STATEMENT_ELEMENTS } from "./language/element.ts";
export {
  type JsonFault,
  type JsonList,
  type JsonMember,
  type JsonNode,
  type JsonRecord,
  type JsonText,
  type JsonTree,
  type JsonWord,
  readJsonTree,
  type Span,
} from "./language/json-tree.ts";
export { KINDS, type KindRules } from "./language/kind.ts";
export { type ParseResult, parsePolicy } from "./language/parse.ts";
export {
  positionAt,
  positionsIn,
  statementPosition,
  type TextPosition,
  type TextSpan,
} from "./language/position.ts";
export { printPolicy } from "./language/print.ts";
export { principalTypes } from "./language/read-principal.ts";
export { policySize } from "./language/size.ts";
export { ANY_CHARACTER, ANY_TEXT, SEPARATOR } from "./match/code.ts";
export {
  type CompiledPrincipal,
  compilePrincipal,
  matchPrincipal,
  type PrincipalMatch,
} from "./match/principal.ts";
export {
  constantGlob,
  parseTemplate,
  type Template,
  type Variable,
  variablesOf,
} from "./match/template.ts";
export { type Glob, matchesGlob, matchesWildcard } from "./match/wildcard.ts";
export { type AccountId, type Arn, type ArnParts, resourceStart, splitArn } from "./model/arn.ts";
export type { Decision, PolicyType, StatementReference } from "./model/decision.ts";
export type { Issue, Problem } from "./model/issue.ts";
export { LIMITS } from "./model/limits.ts";
export type {
  ConditionEntry,
  Effect,
  PatternElement,
  Policy,
  PolicyKind,
  PrincipalElement,
  PrincipalName,
  Statement,
} from "./model/policy.ts";
export type { ContextValue, Principal, RequestContext } from "./model/request-context.ts";
