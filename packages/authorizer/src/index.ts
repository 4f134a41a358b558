export { type Authentication, authenticate } from "./authenticate.ts";
export {
  type Answer,
  type ApiRequest,
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
} from "./authorizer.ts";
export { callerContext } from "./caller-context.ts";
export { conditionKeys, type RequestFacts } from "./condition-keys.ts";
export { type DecisionLine, type Log, logToStdout } from "./decision-log.ts";
export { denialSentence } from "./denial.ts";
export type { Directory } from "./identity.ts";
export { createPolicySource, type PolicySource } from "./policy-source.ts";
export {
  defineService,
  type RoutedRequest,
  type ServiceDefinition,
  whatIsAsked,
} from "./service-definition.ts";
