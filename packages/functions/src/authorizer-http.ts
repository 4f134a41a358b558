import type { Answer, ApiRequest } from "@portcullis/authorizer";
import { callerContext } from "@portcullis/authorizer";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";

/** API Gateway's authorizer event (HTTP API, payload 2.0). `apiId`: what the API is called in ARNs, where that is not its own id. */
export function httpApiRequest(
  event: APIGatewayRequestAuthorizerEventV2,
  region: string,
  apiId?: string,
): ApiRequest {
  const { http, requestId, stage } = event.requestContext;
  const headers = event.headers ?? {};
  return {
    signed: {
      method: http.method,
      rawPath: event.rawPath,
      rawQuery: event.rawQueryString,
      headers: Object.entries(headers).map(([name, value]) => [name, value ?? ""] as const),
    },
    method: http.method,
    rawPath: event.rawPath,
    routeKey: event.routeKey,
    pathParameters: event.pathParameters ?? {},
    query: (name) =>
      Object.hasOwn(event.queryStringParameters ?? {}, name)
        ? event.queryStringParameters?.[name]
        : undefined,
    header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
    apiId: apiId ?? event.requestContext.apiId,
    stage,
    region,
    sourceIp: http.sourceIp,
    userAgent: http.userAgent,
    requestId,
  };
}

/**
 * The simple answer of an HTTP API. `Unauthorized` thrown is the only way to a 401; any other throw is a 500.
 * @throws {Error} `Unauthorized`, or the failure
 */
export function answerHttpApi(answer: Answer): {
  readonly isAuthorized: boolean;
  readonly context: Record<string, string>;
} {
  if (answer.kind === "unauthenticated") throw new Error("Unauthorized");
  if (answer.kind === "failed") throw new Error(`the decision ${answer.decisionId} failed; the log says why`);
  if (answer.kind === "forbidden") return { isAuthorized: false, context: { decisionId: answer.decisionId } };
  return { isAuthorized: true, context: callerContext(answer) };
}
