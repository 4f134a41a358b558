export { allowsAnything } from "./allows-anything.ts";
export type { ApiPlace, ApiRequest } from "./api-request.ts";
export { type Authentication, authenticate } from "./authenticate.ts";
export {
  type Answer,
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
} from "./authorizer.ts";
export { callerContext } from "./caller-context.ts";
export { conditionKeys, type KnownContext, type RequestFacts } from "./condition-keys.ts";
export { type DecisionLine, type Log, logToStdout, messageForLog } from "./decision-log.ts";
export { denialSentence } from "./denial.ts";
export { logWithMetrics } from "./embedded-metrics.ts";
export { requestOfToken } from "./event-token.ts";
export { type EventV1, type PlaceV1, requestOfConnect, requestOfV1 } from "./event-v1.ts";
export { type EventV2, type PlaceV2, requestOfV2 } from "./event-v2.ts";
export type { Directory } from "./identity.ts";
export {
  type KeptAnswer,
  type KeptAnswerOptions,
  type KeptStatement,
  keptAnswer,
} from "./kept-answer.ts";
export { createPolicySource, type PolicySource } from "./policy-source.ts";
export { createRouter, type Router } from "./route.ts";
export {
  assertRouted,
  defineService,
  routesWithPath,
  type ServiceDefinition,
} from "./service-definition.ts";
export { type RoutedRequest, whatIsAsked } from "./what-is-asked.ts";
