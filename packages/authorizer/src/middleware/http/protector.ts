import type { Authorizer } from "../../decision/authorizer.ts";
import { type ApiRequest, headerReader, queryValues } from "../../request/api-request.ts";
import { decodedParameters, unambiguousPath } from "../../request/path.ts";
import type { RouteMatch } from "../../request/route.ts";
import type { ServiceDefinition } from "../../service/service-definition.ts";
import { type Refusal, refusal, refuse } from "../refusal.ts";
import { type AuthorizedHttpRequest, requestCaller } from "./caller.ts";
import { routeFinder } from "./find-route.ts";
import { type HttpRequest, isOriginForm, peerAddress } from "./http-request.ts";
import { queryNamesOf } from "./query-names.ts";

/** What every middleware for HTTP servers may be given. */
export interface ProtectionChoices {
  /** The API's id in audiences of tokens and in the log. @default the service's name */
  readonly apiId?: string;
  /** A larger body is answered 413. @default 1048576 */
  readonly bodyLimitBytes?: number;
  /**
   * Whether a proxy of yours appends the caller's address to `X-Forwarded-For` and sets
   * `X-Forwarded-Proto`. Otherwise the peer of the connection counts. @default false
   */
  readonly trustForwardedFor?: boolean;
}

export interface ProtectionOptions extends ProtectionChoices {
  readonly service: ServiceDefinition;
  /** Called at the first request. Its service definition must be the same as `service`. */
  readonly authorizer: () => { readonly authorizer: Authorizer; readonly region: string };
}

export type Admission =
  | { readonly ok: true; readonly authorized: AuthorizedHttpRequest }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads a body. Undefined if it has more bytes than the limit. */
export type ReadBody = (limitBytes: number) => Promise<Uint8Array | undefined>;

/**
 * Decides requests to an HTTP server.
 *
 * INVARIANT: a request is admitted only by an allow for the route's action. What the definition has
 * no route for is answered 404, since the application could route it to anything.
 */
export type Protector = (request: HttpRequest, readBody: ReadBody) => Promise<Admission>;

const BODY_LIMIT_BYTES = 1_048_576;

/** @see Protector */
export function createProtector(options: ProtectionOptions): Protector {
  const { service, bodyLimitBytes = BODY_LIMIT_BYTES } = options;
  const route = routeFinder(service);
  const queryNames = queryNamesOf(service);
  return async (request, readBody) => {
    if (!isOriginForm(request.target)) return refused(400, "Bad Request");
    const [rawPath = "", rawQuery = ""] = request.target.split(/\?(.*)/s);
    const found = route(request.method, rawPath);
    if (found === undefined) return refused(404, "Not Found");
    if (queryNames.isAmbiguous(rawQuery)) return refused(400, "Bad Request");
    const body = await readBody(bodyLimitBytes);
    if (body === undefined) return refused(413, "Content Too Large");
    const { authorizer, region } = options.authorizer();
    const asked = apiRequestOf({ request, rawPath, rawQuery, found, body, region }, options);
    const answer = await authorizer.decide(asked);
    if (answer.kind !== "allowed") return { ok: false, refusal: await refusal(answer) };
    const { routeKey } = found;
    const pathParameters = decodedParameters(found.pathParameters) ?? {};
    return {
      ok: true,
      authorized: { routeKey, pathParameters, caller: requestCaller(answer), body },
    };
  };
}

const refused = (status: number, message: string): Admission => ({
  ok: false,
  refusal: refuse(status, { message }),
});

/** A request with its route. */
export interface Received {
  readonly request: HttpRequest;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly found: RouteMatch;
  /** Absent: the signature's own hash counts, and the body is compared with it later. */
  readonly body?: Uint8Array;
  readonly region: string;
}

/** The request as the authorizer takes it. */
export function apiRequestOf(
  { request, rawPath, rawQuery, found, body, region }: Received,
  {
    service,
    apiId = service.service,
    trustForwardedFor = false,
  }: Omit<ProtectionOptions, "authorizer">,
): ApiRequest {
  const { method, headers } = request;
  const header = headerReader(headers);
  // Behind a proxy the last entry is the one that the proxy appended. The others are the client's.
  const forwarded = (name: string) => header(name).at(-1)?.split(",").at(-1)?.trim();
  return {
    signed: { method, rawPath, rawQuery, headers },
    method,
    path: unambiguousPath(rawPath, true),
    routeKey: found.routeKey,
    pathParameters: decodedParameters(found.pathParameters),
    query: (name) => queryValues(rawQuery, name),
    header,
    ...(body === undefined ? {} : { body }),
    apiId,
    stage: "$default",
    region,
    sourceIp: peerAddress(trustForwardedFor ? forwarded("x-forwarded-for") : request.sourceIp),
    secureTransport: trustForwardedFor
      ? forwarded("x-forwarded-proto") === "https"
      : request.secureTransport,
    userAgent: header("user-agent")[0],
  };
}
