import type { APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import type { ApiOptions, ApiRequest } from "./api-request.ts";
import { decodedParameters, unambiguousPath } from "./path.ts";
import type { Router } from "./route.ts";

/**
 * `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`. The path may contain
 * colons.
 */
const METHOD_ARN = /^arn:[^:]+:execute-api:([^:]*):[^:]*:([^/]+)\/([^/]+)\/([^/]+)(?:\/(.*))?$/s;

/**
 * A REST API's TOKEN event as a request. It has a token and the method's ARN and nothing else, so
 * only bearer tokens prove a caller there. The route is found by the service definition.
 * @throws {TypeError} when the ARN is not a method's
 */
export function requestOfToken(
  { authorizationToken, methodArn }: APIGatewayTokenAuthorizerEvent,
  options: ApiOptions & { readonly router: Router },
): ApiRequest {
  const [, , apiId = "", stage = "", method = "", path = ""] = METHOD_ARN.exec(methodArn) ?? [];
  if (apiId === "") throw new TypeError("the event's methodArn is not the ARN of a method");
  const rawPath = `/${path}`;
  const match = options.router(method, rawPath);
  return {
    signed: { method, rawPath, rawQuery: "", headers: [["authorization", authorizationToken]] },
    method,
    path: unambiguousPath(rawPath, true),
    routeKey: match?.routeKey ?? "$default",
    pathParameters: decodedParameters(match?.pathParameters ?? {}),
    query: () => [],
    header: () => [],
    apiId: options.apiId ?? apiId,
    stage,
    region: options.region,
  };
}
