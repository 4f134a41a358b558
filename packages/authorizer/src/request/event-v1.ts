import { wirePaths } from "@portcullis/protocol/sigv4";
import {
  type ApiPlace,
  type ApiRequest,
  type HeaderLines,
  headerReader,
  queryValues,
} from "./api-request.ts";
import { decodedParameters, judgedPath } from "./path.ts";
import { routedPath } from "./routed-path.ts";

type Lists = Readonly<Record<string, readonly string[] | undefined>> | null | undefined;
type Values = Readonly<Record<string, string | undefined>> | null | undefined;

/** What events of payload 1.0 have in common: REST APIs', HTTP APIs' with that payload, load balancers'. */
export interface EventV1 {
  readonly httpMethod: string;
  /** After the stage, but with the base path of a domain of one's own; HTTP APIs' begins with a stage that has a name. */
  readonly path: string;
  /** The route's path, such as `/orders/{orderId}`; load balancers have none. */
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
    /** With the stage, as it came. */
    readonly path?: string;
    readonly requestId?: string;
    readonly identity?: { readonly sourceIp?: string | null; readonly userAgent?: string | null };
  };
}

export interface PlaceV1 extends ApiPlace {
  /** HTTP APIs hand paths and parameters over decoded, REST APIs and load balancers as they came. */
  readonly pathIsDecoded: boolean;
  /** Load balancers hand query parameters over as they came, both kinds of API decoded. */
  readonly queryIsDecoded: boolean;
}

/** An event of payload 1.0 as a request. It has no raw query: any spelling of it has one canonical form, which is what is signed. */
export function requestOfV1(event: EventV1, place: PlaceV1): ApiRequest {
  const { httpMethod: method, requestContext, path } = event;
  const headers = lines(event.multiValueHeaders, event.headers);
  const query = lines(event.multiValueQueryStringParameters, event.queryStringParameters);
  const rawQuery = rawQueryOf(query, place.queryIsDecoded);
  const wirePath = requestContext.path ?? path;
  const stage = requestContext.stage ?? "$default";
  const raw = event.pathParameters ?? {};
  const pathParameters = place.pathIsDecoded ? raw : decodedParameters(raw);
  const routeKey = event.resource === undefined ? "$default" : `${method} ${event.resource}`;
  return {
    signed: { method, rawPath: wirePath, rawQuery, headers },
    ...(place.pathIsDecoded ? { spellings: wirePaths(wirePath) } : {}),
    method,
    path: routedPath(judgedPath(path, !place.pathIsDecoded), {
      routeKey,
      pathParameters,
      // REST APIs take it off by themselves.
      stage: place.pathIsDecoded ? stage : "$default",
    }),
    routeKey,
    pathParameters,
    query: (name) => queryValues(rawQuery, name),
    header: headerReader(headers),
    apiId: place.apiId ?? requestContext.apiId ?? "",
    stage,
    region: place.region,
    sourceIp: requestContext.identity?.sourceIp ?? undefined,
    userAgent: requestContext.identity?.userAgent ?? undefined,
    requestId: requestContext.requestId,
  };
}

/**
 * The question of a WebSocket API when somebody connects. The event has no path: it is the stage's, unless a domain of one's own
 * maps another to it.
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
  place: ApiPlace & { readonly path?: string | undefined },
): ApiRequest {
  const path = place.path ?? `/${event.requestContext.stage}`;
  const request = requestOfV1(
    { ...event, httpMethod: "GET", path: "/", requestContext: { ...event.requestContext, path } },
    { ...place, pathIsDecoded: false, queryIsDecoded: true },
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
