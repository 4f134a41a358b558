import type { APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import type { ApiPlace, ApiRequest } from "./api-request.ts";
import { decodedParameters, judgedPath } from "./path.ts";
import type { Router } from "./route.ts";

/** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`; the path may hold colons. */
const METHOD_ARN = /^arn:[^:]+:execute-api:([^:]*):[^:]*:([^/]+)\/([^/]+)\/([^/]+)(?:\/(.*))?$/s;

/**
 * The question of a REST API's TOKEN authorizer: a token and the method's ARN, and nothing else of the request. So only tokens prove
 * anything there, and the route is found by the service definition's own routes.
 * @throws {TypeError} when the ARN is none of a method
 */
export function requestOfToken(
  { authorizationToken, methodArn }: APIGatewayTokenAuthorizerEvent,
  place: ApiPlace & { readonly router: Router },
): ApiRequest {
  const [, , apiId = "", stage = "", method = "", path = ""] = METHOD_ARN.exec(methodArn) ?? [];
  if (apiId === "") throw new TypeError("the event's methodArn is not the ARN of a method");
  const rawPath = `/${path}`;
  const match = place.router(method, rawPath);
  return {
    signed: { method, rawPath, rawQuery: "", headers: [["authorization", authorizationToken]] },
    method,
    path: judgedPath(rawPath, true),
    routeKey: match?.routeKey ?? "$default",
    pathParameters: decodedParameters(match?.pathParameters ?? {}),
    query: () => [],
    header: () => [],
    apiId: place.apiId ?? apiId,
    stage,
    region: place.region,
  };
}
