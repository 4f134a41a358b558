import { decodedParameters } from "../request/path.ts";
import {
  type AuthorizedEvent,
  type AuthorizerContext,
  authorizerContext,
  bodyOf,
} from "./require-authorization.ts";

/** A request for a handler, from whichever gateway brought it. */
export interface AuthorizedRequest {
  /** `GET /orders/{orderId}` */
  readonly routeKey: string;
  /** Decoded, as the authorizer evaluated them. */
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  readonly caller: Partial<AuthorizerContext>;
  readonly body: Buffer;
}

/** The request in an event that `requireAuthorization` has let pass. */
export function authorizedRequest(event: AuthorizedEvent): AuthorizedRequest {
  const caller = authorizerContext(event) ?? {};
  const body = bodyOf(event);
  if ("routeKey" in event)
    return { routeKey: event.routeKey, pathParameters: event.pathParameters ?? {}, caller, body };
  const raw = event.pathParameters ?? {};
  // Only HTTP APIs send a version, and they decode: decoding twice would change what was evaluated.
  const pathParameters = "version" in event ? raw : (decodedParameters(raw) ?? {});
  return { routeKey: `${event.httpMethod} ${event.resource}`, pathParameters, caller, body };
}
