export { type AuthorizedRequest, authorizedRequest } from "./authorized-request.ts";
export {
  type AuthorizedEvent,
  type AuthorizerContext,
  requireAuthorization,
} from "./require-authorization.ts";
