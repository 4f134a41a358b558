import { wirePaths } from "@portcullis/protocol/sigv4";
import {
  type ApiOptions,
  type ApiRequest,
  type HeaderLines,
  headerReader,
  queryValues,
} from "./api-request.ts";
import { decodedParameters, unambiguousPath } from "./path.ts";
import { routedPath } from "./routed-path.ts";

type Lists = Readonly<Record<string, readonly string[] | undefined>> | null | undefined;
type Values = Readonly<Record<string, string | undefined>> | null | undefined;

/**
 * The members that all events of payload 1.0 have: of REST APIs, of HTTP APIs with that payload,
 * and of load balancers.
 */
export interface EventV1 {
  readonly httpMethod: string;
  /**
   * Without the stage, but with the base path of a custom domain. An HTTP API's begins with its
   * named stage.
   */
  readonly path: string;
  /** The route's path, such as `/orders/{orderId}`. Load balancers have none. */
  readonly resource?: string;
  readonly headers?: Values;
  readonly multiValueHeaders?: Lists;
  readonly queryStringParameters?: Values;
  readonly multiValueQueryStringParameters?: Lists;
  readonly pathParameters?: Values;
  readonly requestContext: {
    /** Of WebSocket APIs. */
    readonly routeKey?: string | undefined;
    readonly eventType?: string | undefined;
    readonly connectionId?: string | undefined;
    readonly apiId?: string;
    readonly stage?: string;
    /** As on the wire, with the stage. */
    readonly path?: string;
    readonly requestId?: string;
    readonly identity?: { readonly sourceIp?: string | null; readonly userAgent?: string | null };
  };
}

export interface V1Options extends ApiOptions {
  /**
   * Whether path and parameters are decoded. HTTP APIs decode, REST APIs and load balancers do not.
   */
  readonly pathIsDecoded: boolean;
  /** Whether query parameters are decoded. Both kinds of API decode, load balancers do not. */
  readonly queryIsDecoded: boolean;
}

/**
 * An event of payload 1.0 as a request. It has no raw query. Every form of a query has one
 * canonical form, which is what signatures cover.
 */
export function requestOfV1(event: EventV1, options: V1Options): ApiRequest {
  const { httpMethod: method, requestContext, path } = event;
  const headers = lines(event.multiValueHeaders, event.headers);
  const query = lines(event.multiValueQueryStringParameters, event.queryStringParameters);
  const rawQuery = rawQueryOf(query, options.queryIsDecoded);
  const wirePath = requestContext.path ?? path;
  const stage = requestContext.stage ?? "$default";
  const raw = event.pathParameters ?? {};
  const pathParameters = options.pathIsDecoded ? raw : decodedParameters(raw);
  const routeKey = event.resource === undefined ? "$default" : `${method} ${event.resource}`;
  return {
    signed: { method, rawPath: wirePath, rawQuery, headers },
    ...(options.pathIsDecoded ? { spellings: wirePaths(wirePath) } : {}),
    method,
    path: routedPath(unambiguousPath(path, !options.pathIsDecoded), {
      routeKey,
      pathParameters,
      // REST APIs remove it themselves.
      stage: options.pathIsDecoded ? stage : "$default",
    }),
    routeKey,
    pathParameters,
    query: (name) => queryValues(rawQuery, name),
    header: headerReader(headers),
    apiId: options.apiId ?? requestContext.apiId ?? "",
    stage,
    region: options.region,
    sourceIp: requestContext.identity?.sourceIp ?? undefined,
    userAgent: requestContext.identity?.userAgent ?? undefined,
    requestId: requestContext.requestId,
  };
}

/**
 * A WebSocket API's `$connect` event as a request. The event has no path: it is the stage's, unless
 * a custom domain maps another to it.
 */
export function requestOfConnect(
  event: Pick<
    EventV1,
    | "headers"
    | "multiValueHeaders"
    | "queryStringParameters"
    | "multiValueQueryStringParameters"
    | "requestContext"
  >,
  options: ApiOptions & { readonly path?: string | undefined },
): ApiRequest {
  const path = options.path ?? `/${event.requestContext.stage}`;
  const request = requestOfV1(
    { ...event, httpMethod: "GET", path: "/", requestContext: { ...event.requestContext, path } },
    { ...options, pathIsDecoded: false, queryIsDecoded: true },
  );
  return { ...request, routeKey: "$connect" };
}

function lines(lists: Lists, values: Values): HeaderLines {
  if (lists)
    return Object.entries(lists).flatMap(([name, all]) =>
      (all ?? []).map((value) => [name, value] as const),
    );
  return Object.entries(values ?? {}).map(([name, value]) => [name, value ?? ""] as const);
}

function rawQueryOf(query: HeaderLines, decoded: boolean): string {
  const encode = decoded
    ? (text: string) => encodeURIComponent(text.toWellFormed())
    : (text: string) => text;
  return query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
}
