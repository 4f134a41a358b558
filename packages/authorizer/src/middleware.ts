export { type AuthorizeOptions, authorize, type UnguardedEvent } from "./authorize.ts";
export { type AuthorizedRequest, authorizedRequest } from "./authorized-request.ts";
export {
  type AuthorizedEvent,
  type AuthorizerContext,
  requireAuthorization,
} from "./require-authorization.ts";
