import { decodedParameters } from "../request/path.ts";
import {
  type AuthorizedEvent,
  type AuthorizerContext,
  authorizerContext,
  bodyOf,
} from "./require-authorization.ts";

/** A request as a handler wants it, whichever gateway brought it. */
export interface AuthorizedRequest {
  /** `GET /orders/{orderId}` */
  readonly routeKey: string;
  /** Decoded, as the authorizer judged them. */
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  readonly caller: Partial<AuthorizerContext>;
  readonly body: Buffer;
}

/** For handlers behind `requireAuthorization`, which has refused what has no context. */
export function authorizedRequest(event: AuthorizedEvent): AuthorizedRequest {
  const caller = authorizerContext(event) ?? {};
  const body = bodyOf(event);
  if ("routeKey" in event)
    return { routeKey: event.routeKey, pathParameters: event.pathParameters ?? {}, caller, body };
  const raw = event.pathParameters ?? {};
  // Only HTTP APIs name a version, and they have decoded already: twice would not be what was judged.
  const pathParameters = "version" in event ? raw : (decodedParameters(raw) ?? {});
  return { routeKey: `${event.httpMethod} ${event.resource}`, pathParameters, caller, body };
}
