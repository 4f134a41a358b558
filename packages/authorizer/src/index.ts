export {
  type Answer,
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
} from "./decision/authorizer.ts";
export {
  type KeptAnswer,
  type KeptAnswerOptions,
  type KeptStatement,
  keptAnswer,
} from "./decision/cacheable-policy.ts";
export { callerContext } from "./decision/caller-context.ts";
export { denialSentence } from "./decision/denial.ts";
export {
  conditionKeys,
  type KnownContext,
  type RequestFacts,
} from "./evaluation/condition-keys.ts";
export type { Directory } from "./identity/identity.ts";
export { type DecisionLine, type Log, logToStdout, messageForLog } from "./log/decision-log.ts";
export { logWithMetrics } from "./log/embedded-metrics.ts";
export { allowsAnything } from "./policies/allow-all.ts";
export { createPolicySource, type PolicySource } from "./policies/policy-source.ts";
export { type Authentication, authenticate } from "./proof/authenticate.ts";
export type { ApiPlace, ApiRequest } from "./request/api-request.ts";
export { requestOfToken } from "./request/event-token.ts";
export { type EventV1, type PlaceV1, requestOfConnect, requestOfV1 } from "./request/event-v1.ts";
export { type EventV2, type PlaceV2, requestOfV2 } from "./request/event-v2.ts";
export { createRouter, type Router } from "./request/route.ts";
export type { RoutedRequest } from "./request/routed-request.ts";
export { whatIsAsked } from "./service/resolve-request.ts";
export {
  assertRouted,
  defineService,
  routesWithPath,
  type ServiceDefinition,
} from "./service/service-definition.ts";
