export {
  type AuthorizedEvent,
  type AuthorizerContext,
  requireAuthorization,
} from "./require-authorization.ts";
