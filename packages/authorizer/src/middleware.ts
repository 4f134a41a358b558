export { type AuthorizeOptions, authorize, type UnguardedEvent } from "./middleware/authorize.ts";
export { type AuthorizedRequest, authorizedRequest } from "./middleware/authorized-request.ts";
export {
  type AuthorizedEvent,
  type AuthorizerContext,
  requireAuthorization,
} from "./middleware/require-authorization.ts";
