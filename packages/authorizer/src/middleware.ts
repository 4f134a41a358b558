export {
  type AuthorizeRequestOptions,
  authorizeRequest,
  type UnguardedEvent,
} from "./middleware/authorize-request.ts";
export { type AuthorizedRequest, authorizedRequest } from "./middleware/authorized-request.ts";
export {
  type AuthorizedEvent,
  type AuthorizerContext,
  requireAuthorization,
} from "./middleware/require-authorization.ts";
