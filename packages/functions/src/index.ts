export { accessAnalyzerHandler } from "./access-analyzer.ts";
export { ACCESS_EVALUATION_PATHS, accessEvaluationHandler } from "./access-evaluation.ts";
export { type AuthorizerHandler, authorizerHandler } from "./authorizer.ts";
export { type PolicyEvent, type PolicyHandler, policyHandler } from "./authorizer-rest.ts";
export { type ConnectEvent, connectHandler } from "./authorizer-websocket.ts";
export { cloudtrailHandler } from "./cloudtrail.ts";
export type { HttpHandler } from "./http/control-handler.ts";
export { iamHandler } from "./iam.ts";
export {
  type ApiAuthorizer,
  authorizerOver,
  deployedAuthorizer,
} from "./installation/api-authorizer.ts";
export { createDirectory } from "./installation/directory.ts";
export { createInstallation, type Installation } from "./installation/installation.ts";
export { ISSUER_PATHS, issuerHandler } from "./issuer.ts";
export { organizationsHandler } from "./organizations.ts";
export { portcullisHandler } from "./portcullis.ts";
export { type SetupEvent, type SetupOptions, setUp } from "./setup.ts";
export { LOGIN_PATHS, signInHandler } from "./signin.ts";
export { stsHandler } from "./sts.ts";
export {
  type LostLines,
  type UsageHandler,
  type UsageLine,
  type UsageOptions,
  usageHandler,
  usageRecorder,
} from "./usage.ts";
