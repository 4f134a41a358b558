import { wirePaths } from "@portcullis/protocol/sigv4";
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { type ApiOptions, type ApiRequest, headerReader, queryValues } from "./api-request.ts";
import { unambiguousPath } from "./path.ts";
import { routedPath } from "./routed-path.ts";

/**
 * The members that events of payload 2.0 have, of an HTTP API's authorizer and of function URLs.
 */
export type EventV2 = Pick<
  APIGatewayRequestAuthorizerEventV2,
  "routeKey" | "rawPath" | "rawQueryString" | "headers" | "pathParameters"
> &
  Pick<APIGatewayProxyEventV2, "requestContext">;

export interface V2Options extends ApiOptions {
  /**
   * Whether `rawPath` is decoded. HTTP APIs decode it. Function URLs and the local gateway do not.
   */
  readonly pathIsDecoded: boolean;
}

/**
 * An event of payload 2.0 as a request. Repeated headers are joined by commas. What is ambiguous by
 * that is refused later.
 */
export function requestOfV2(
  event: EventV2,
  { region, apiId, pathIsDecoded }: V2Options,
): ApiRequest {
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
    path: routedPath(unambiguousPath(rawPath, !pathIsDecoded), {
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
