export {
  type AuthorizedEvent,
  type AuthorizedRequest,
  type AuthorizeRequestOptions,
  type AuthorizerContext,
  authorizedRequest,
  authorizeRequest,
  requireAuthorization,
  type UnguardedEvent,
} from "@portcullis/authorizer/middleware";
export { deployedAuthorizer } from "@portcullis/functions/authorizer";
