import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuthorizedHttpRequest } from "./caller.ts";
import { requestOfNode, sendRefusal } from "./node-request.ts";
import { createProtector, type ProtectionOptions } from "./protector.ts";
import { readAndReplay } from "./replayed-body.ts";

/** The members of a request of Express 4 and 5 that are read here. */
export interface ExpressRequest extends IncomingMessage {
  /** The target as on the wire: Express removes the mount path from `url`. */
  readonly originalUrl?: string;
}

/** A middleware of Express 4 and 5, and of servers like it. */
export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

const authorized = new WeakMap<object, AuthorizedHttpRequest>();

/**
 * Authorizes every request before the handlers that are registered after it. The body is read, its
 * hash is checked, and body parsers after it get the same bytes.
 */
export function protectExpress(options: ProtectionOptions): ExpressMiddleware {
  const protect = createProtector(options);
  return (request, response, next) => {
    const asked = requestOfNode(request, request.originalUrl ?? request.url ?? "");
    protect(asked, (limit) => readAndReplay(request, limit)).then((admission) => {
      if (!admission.ok) return sendRefusal(response, admission.refusal);
      authorized.set(request, admission.authorized);
      return next();
    }, next);
  };
}

/**
 * The route, the caller and the body of a request that `protect` allowed.
 * @throws {TypeError} if the request did not pass through `protect`
 */
export function authorizedRequest(request: object): AuthorizedHttpRequest {
  const found = authorized.get(request);
  if (found === undefined)
    throw new TypeError("the request was not authorized: register `protect` before its handler");
  return found;
}
