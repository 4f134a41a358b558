export type { Allowed, Answer, Forbidden } from "./decision/answer.ts";
export { type Authorizer, createAuthorizer } from "./decision/authorizer.ts";
export {
  type CacheablePolicy,
  type CacheablePolicyOptions,
  type CacheableStatement,
  cacheablePolicy,
} from "./decision/cacheable-policy.ts";
export { callerContext } from "./decision/caller-context.ts";
export { denialSentence } from "./decision/denial.ts";
export type { AuthorizerOptions, ObserveOptions } from "./decision/options.ts";
export type { KnownContext, RequestFacts } from "./evaluation/condition-keys.ts";
export {
  type EvaluatedRequest,
  type Evaluation,
  type EvaluationTarget,
  evaluate,
} from "./evaluation/evaluate.ts";
export type { Directory } from "./identity/directory.ts";
export type { OrganizationMembership } from "./identity/organization-membership.ts";
export { isTraced } from "./identity/traces.ts";
export { callerLine } from "./log/caller-line.ts";
export type { DecisionLine, Log } from "./log/decision-log.ts";
export { logWithMetrics } from "./log/embedded-metrics.ts";
export { evaluationLine } from "./log/evaluation-line.ts";
export { logJson } from "./log/json-lines.ts";
export { accessKeyIdForLog, messageForLog } from "./log/redaction.ts";
export { logFormat, logToStdout } from "./log/stdout.ts";
export { terminalLine } from "./log/terminal-line.ts";
export { allowAll } from "./policies/allow-all.ts";
export { createPolicySource, type PolicySource } from "./policies/policy-source.ts";
export { type Authentication, authenticate } from "./proof/authenticate.ts";
export { type FoundSubject, findSubject, type NamedSubject } from "./proof/named-subject.ts";
export type { ApiOptions, ApiRequest } from "./request/api-request.ts";
export { requestOfToken } from "./request/event-token.ts";
export { type EventV1, requestOfConnect, requestOfV1, type V1Options } from "./request/event-v1.ts";
export { type EventV2, requestOfV2, type V2Options } from "./request/event-v2.ts";
export { createRouter, type Router } from "./request/route.ts";
export type { RoutedRequest } from "./request/routed-request.ts";
export { type ResolvedRequest, resolveRequest } from "./service/resolve-request.ts";
export {
  assertRouted,
  defineService,
  routesWithPath,
  type ServiceDefinition,
} from "./service/service-definition.ts";
