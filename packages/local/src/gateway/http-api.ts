import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { createRouter, type RouteMatch } from "@portcullis/authorizer/route";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
} from "aws-lambda";
import { answerCache } from "./answer-cache.ts";
import { type AuthorizerFunction, type Called, callAuthorizer } from "./authorizer-call.ts";
import { type ApiIdentity, lambdaContext, proxyEvent } from "./event.ts";
import { gatewayAnswer, type HttpMessage } from "./http-message.ts";
import type { Integration } from "./integration.ts";
import { restAuthorizerEvent, restEvent } from "./rest-event.ts";
import { serve } from "./serve.ts";
import { policyVerdict, simpleVerdict, type Verdict } from "./verdict.ts";

export interface HttpApi {
  readonly identity: ApiIdentity;
  readonly routes: readonly string[];
  readonly authorizer: HttpAuthorizer;
  readonly integration: Integration;
}

export type HttpAuthorizer = {
  /**
   * Such as `$request.header.Authorization` or `$context.routeKey`. A request that lacks one gets
   * 401, and the authorizer is not called.
   */
  readonly identitySources: readonly string[];
  readonly ttlSeconds: number;
} & (
  | {
      readonly payload: "2.0";
      readonly response: "simple" | "iam";
      readonly function: AuthorizerFunction<APIGatewayRequestAuthorizerEventV2>;
    }
  | {
      readonly payload: "1.0";
      readonly response: "iam";
      readonly function: AuthorizerFunction<
        APIGatewayRequestAuthorizerEvent & { readonly version: "1.0" }
      >;
    }
);

/**
 * An HTTP API of API Gateway, as far as a caller can see: every route behind one Lambda authorizer
 * and one function. No request gets past the authorizer. One difference: paths are passed on as
 * they came, while API Gateway decodes them.
 */
export function httpApi(api: HttpApi): RequestListener {
  const { identity, integration } = api;
  const route = createRouter(api.routes);
  const ask = authorizerOf(api);
  const answer = async (
    message: HttpMessage,
    requestId: string,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const found = route(message.method, message.rawPath);
    const match = found && decoded(found);
    if (match === undefined) return gatewayAnswer(404, "Not Found");
    const event = proxyEvent(identity, message, match, requestId);
    const verdict = await ask({ event, message, match });
    if (verdict.kind === "unauthorized") return gatewayAnswer(401, "Unauthorized");
    if (verdict.kind === "failed") return gatewayAnswer(500, "Internal Server Error");
    if (verdict.kind === "denied") return gatewayAnswer(403, "Forbidden");
    const authorizer = { lambda: verdict.context };
    const authorized = { ...event, requestContext: { ...event.requestContext, authorizer } };
    return integration(authorized as never, lambdaContext(identity.apiId));
  };
  return serve({
    async answer(message) {
      const requestId = randomUUID();
      const given = await answer(message, requestId);
      return { ...given, headers: { ...given.headers, "apigw-requestid": requestId } };
    },
    tooLarge: () => gatewayAnswer(413, "Request Entity Too Large"),
    failed: () => gatewayAnswer(500, "Internal Server Error"),
  });
}

interface RoutedRequest {
  readonly event: APIGatewayProxyEventV2;
  readonly message: HttpMessage;
  readonly match: RouteMatch;
}

function authorizerOf({
  authorizer,
  identity,
}: HttpApi): (request: RoutedRequest) => Promise<Verdict> {
  const cache = answerCache(authorizer.ttlSeconds, authorizer.identitySources.length);
  const { region, account, apiId, stage } = identity;
  return async (request) => {
    const { method, rawPath } = request.message;
    const arn = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${method}${rawPath}`;
    const values = authorizer.identitySources.map((source) => identityValue(source, request));
    if (!values.every((value) => value !== undefined && value !== ""))
      return { kind: "unauthorized" };
    const call = (): Promise<Called> =>
      authorizer.payload === "2.0"
        ? callAuthorizer(authorizer.function, authorizerEvent(request, arn, values.map(String)))
        : callAuthorizer(authorizer.function, {
            ...authorizerEventV1(request, identity, arn),
            version: "1.0",
          });
    const called = await cache.answer(values.map(String), call);
    return authorizer.response === "simple"
      ? simpleVerdict(called)
      : policyVerdict(called, arn, true);
  };
}

function identityValue(
  source: string,
  { event, message, match }: RoutedRequest,
): string | undefined {
  const [, part, name = ""] =
    /^\$(request\.header|request\.querystring|context)\.(.+)$/.exec(source) ?? [];
  if (part === "request.header") return message.headers[name.toLowerCase()];
  if (part === "request.querystring") return event.queryStringParameters?.[name];
  if (source === "$context.routeKey") return match.routeKey;
  throw new TypeError(`\`${source}\` is no identity source`);
}

/** The same request without its body: an authorizer never receives one. */
function authorizerEvent(
  { event }: RoutedRequest,
  routeArn: string,
  identitySource: string[],
): APIGatewayRequestAuthorizerEventV2 {
  const { body: _, isBase64Encoded: __, requestContext, ...rest } = event;
  return {
    ...rest,
    // There are no client certificates here, but the type demands the member.
    requestContext: requestContext as APIGatewayRequestAuthorizerEventV2["requestContext"],
    version: "2.0",
    type: "REQUEST",
    routeArn,
    identitySource,
    cookies: event.cookies ?? [],
    queryStringParameters: event.queryStringParameters ?? {},
    pathParameters: event.pathParameters ?? {},
    stageVariables: {},
  };
}

const authorizerEventV1 = (
  { message, match }: RoutedRequest,
  identity: ApiIdentity,
  methodArn: string,
) => restAuthorizerEvent(restEvent(identity, message, message.rawPath, match), methodArn);

/** Path parameters as an HTTP API passes them on. A path with a broken escape has no route. */
function decoded({ routeKey, pathParameters }: RouteMatch): RouteMatch | undefined {
  try {
    const plain = Object.entries(pathParameters).map(([name, value]) => [
      name,
      decodeURIComponent(value),
    ]);
    return { routeKey, pathParameters: Object.fromEntries(plain) };
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
