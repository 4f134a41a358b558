export type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
export {
  type ApiAuthorizer,
  type AuthorizerChoices,
  type AuthorizerHandler,
  authorizerHandler,
  deployedAuthorizer,
} from "@portcullis/functions/authorizer";
export {
  type PolicyEvent,
  type PolicyHandler,
  policyHandler,
} from "@portcullis/functions/authorizer-rest";
export {
  type ConnectEvent,
  type ConnectHandler,
  connectHandler,
} from "@portcullis/functions/authorizer-websocket";
