import { wirePaths } from "@portcullis/protocol/sigv4";
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { type ApiPlace, type ApiRequest, headerReader, queryValues } from "./api-request.ts";
import { judgedPath } from "./path.ts";
import { routedPath } from "./routed-path.ts";

/** What events of payload 2.0 have in common: an HTTP API's question to its authorizer, and what function URLs hand over. */
export type EventV2 = Pick<
  APIGatewayRequestAuthorizerEventV2,
  "routeKey" | "rawPath" | "rawQueryString" | "headers" | "pathParameters"
> &
  Pick<APIGatewayProxyEventV2, "requestContext">;

export interface PlaceV2 extends ApiPlace {
  /** True for HTTP APIs, whose `rawPath` is decoded; function URLs and the local gateway hand it over as it came. */
  readonly pathIsDecoded: boolean;
}

/** An event of payload 2.0 as a request. Repeated headers come joined by commas; what that makes ambiguous is refused later. */
export function requestOfV2(event: EventV2, { region, apiId, pathIsDecoded }: PlaceV2): ApiRequest {
  const { http, requestId, stage, apiId: ownId } = event.requestContext;
  const headers = Object.entries(event.headers ?? {}).map(
    ([name, value]) => [name, value ?? ""] as const,
  );
  const { rawPath, rawQueryString: rawQuery } = event;
  const pathParameters = event.pathParameters ?? {};
  return {
    signed: { method: http.method, rawPath, rawQuery, headers },
    ...(pathIsDecoded ? { spellings: wirePaths(rawPath) } : {}),
    method: http.method,
    path: routedPath(judgedPath(rawPath, !pathIsDecoded), {
      routeKey: event.routeKey,
      pathParameters,
      stage,
    }),
    routeKey: event.routeKey,
    pathParameters,
    query: (name) => queryValues(rawQuery, name),
    header: headerReader(headers),
    apiId: apiId ?? ownId,
    stage,
    region,
    sourceIp: http.sourceIp,
    userAgent: http.userAgent,
    requestId,
  };
}
