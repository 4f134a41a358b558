import type { RequestListener } from "node:http";
import { createRouter, type RouteMatch } from "@portcullis/authorizer/route";
import type {
  APIGatewayProxyStructuredResultV2,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from "aws-lambda";
import { answerCache } from "./answer-cache.ts";
import { type AuthorizerFunction, type Called, callAuthorizer } from "./authorizer-call.ts";
import { type ApiIdentity, lambdaContext } from "./event.ts";
import { type GatewayResponses, gatewayResponse } from "./gateway-response.ts";
import type { HttpMessage } from "./http-message.ts";
import type { Integration } from "./integration.ts";
import { type RestEvent, restAuthorizerEvent, restEvent } from "./rest-event.ts";
import { serve } from "./serve.ts";
import { policyVerdict, type Verdict } from "./verdict.ts";

export interface RestApi {
  readonly identity: ApiIdentity;
  readonly routes: readonly string[];
  readonly authorizer: RequestAuthorizer | TokenAuthorizer;
  readonly integration: Integration;
  readonly gatewayResponses?: GatewayResponses;
}

export interface RequestAuthorizer {
  readonly type: "REQUEST";
  readonly function: AuthorizerFunction<APIGatewayRequestAuthorizerEvent>;
  /**
   * Such as `method.request.header.Authorization`. A request that lacks one gets 401, and the
   * authorizer is not called.
   */
  readonly identitySources: readonly string[];
  readonly ttlSeconds: number;
}

export interface TokenAuthorizer {
  readonly type: "TOKEN";
  readonly function: AuthorizerFunction<APIGatewayTokenAuthorizerEvent>;
  /** The header with the token. */
  readonly header: string;
  /** A token that does not match gets 401, and the authorizer is not called. */
  readonly validation?: RegExp;
  readonly ttlSeconds: number;
}

/**
 * A REST API of API Gateway, as far as a caller can see: paths begin with the stage, every route is
 * behind one Lambda authorizer that answers with IAM policies, and the gateway's own answers are
 * gateway responses. No request gets past the authorizer.
 */
export function restApi(api: RestApi): RequestListener {
  const { identity, integration, gatewayResponses } = api;
  const { stage, region, account, apiId } = identity;
  const route = createRouter(api.routes);
  const authorize = authorizerOf(api.authorizer);
  const answer = async (message: HttpMessage): Promise<APIGatewayProxyStructuredResultV2> => {
    const path = message.rawPath.startsWith(`/${stage}/`)
      ? message.rawPath.slice(stage.length + 1)
      : undefined;
    const match = path === undefined ? undefined : route(message.method, path);
    if (path === undefined || match === undefined)
      return gatewayResponse("MISSING_AUTHENTICATION_TOKEN", gatewayResponses);
    const event = restEvent(identity, message, path, match);
    const methodArn = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${message.method}${path}`;
    if (Buffer.byteLength(methodArn) > MAX_METHOD_ARN_BYTES)
      return gatewayResponse("REQUEST_URI_TOO_LONG");
    const verdict = await authorize({ event, message, match, methodArn });
    if (verdict.kind !== "allowed") return refusal(verdict, gatewayResponses);
    const authorizer = verdict.context;
    const authorized = { ...event, requestContext: { ...event.requestContext, authorizer } };
    return integration(authorized as never, lambdaContext(apiId));
  };
  return serve({
    answer,
    tooLarge: () => gatewayResponse("REQUEST_TOO_LARGE", gatewayResponses),
    failed: () => gatewayResponse("INTEGRATION_FAILURE", gatewayResponses),
  });
}

/** In bytes, for APIs with an authorizer (APIGW/api-gateway-lambda-authorizer-output). */
const MAX_METHOD_ARN_BYTES = 1_600;

interface RoutedRequest {
  readonly event: RestEvent;
  readonly message: HttpMessage;
  readonly match: RouteMatch;
  readonly methodArn: string;
}

/**
 * Calls the authorizer, or takes its cached answer for the same identity, and evaluates the answer
 * for this method's ARN.
 */
function authorizerOf(
  authorizer: RequestAuthorizer | TokenAuthorizer,
): (request: RoutedRequest) => Promise<Verdict> {
  const sources = authorizer.type === "TOKEN" ? 1 : authorizer.identitySources.length;
  const cache = answerCache(authorizer.ttlSeconds, sources);
  return async (request) => {
    const identity = identityOf(authorizer, request);
    if (identity === undefined) return { kind: "unauthorized" };
    const called = await cache.answer(identity, () => call(authorizer, request, identity));
    return policyVerdict(called, request.methodArn, false);
  };
}

function call(
  authorizer: RequestAuthorizer | TokenAuthorizer,
  { event, methodArn }: RoutedRequest,
  [token = ""]: readonly string[],
): Promise<Called> {
  if (authorizer.type === "REQUEST")
    return callAuthorizer(authorizer.function, restAuthorizerEvent(event, methodArn));
  return callAuthorizer(authorizer.function, {
    type: "TOKEN",
    authorizationToken: token,
    methodArn,
  });
}

/**
 * The values of the identity sources; undefined if one is missing or empty, or a token does not
 * match.
 */
function identityOf(
  authorizer: RequestAuthorizer | TokenAuthorizer,
  { event, message }: RoutedRequest,
): readonly string[] | undefined {
  if (authorizer.type === "TOKEN") {
    const token = message.headers[authorizer.header.toLowerCase()] ?? "";
    return token === "" || authorizer.validation?.test(token) === false ? undefined : [token];
  }
  const values = authorizer.identitySources.map((source) => identityValue(source, event, message));
  return values.every((value) => value !== undefined && value !== "")
    ? values.map(String)
    : undefined;
}

function identityValue(source: string, event: RestEvent, message: HttpMessage): string | undefined {
  const [, part, name = ""] =
    /^(method\.request\.header|method\.request\.querystring|context)\.(.+)$/.exec(source) ?? [];
  if (part === "method.request.header") return message.headers[name.toLowerCase()];
  if (part === "method.request.querystring") return event.queryStringParameters?.[name];
  if (part === "context") {
    const found = memberOf(event.requestContext, name.split("."));
    return found === undefined || found === null ? undefined : String(found);
  }
  throw new TypeError(`\`${source}\` is no identity source`);
}

/** The value at a path such as `identity.sourceIp`; own members only. */
function memberOf(within: object, [first, ...rest]: readonly string[]): unknown {
  const found: unknown = Object.entries(within).find(([key]) => key === first)?.[1];
  if (rest.length === 0) return found;
  return typeof found === "object" && found !== null ? memberOf(found, rest) : undefined;
}

function refusal(
  verdict: Exclude<Verdict, { kind: "allowed" }>,
  own: GatewayResponses | undefined,
): APIGatewayProxyStructuredResultV2 {
  if (verdict.kind === "unauthorized") return gatewayResponse("UNAUTHORIZED", own);
  if (verdict.kind === "failed") return gatewayResponse("AUTHORIZER_CONFIGURATION_ERROR", own);
  const plain = own?.ACCESS_DENIED !== undefined || !verdict.explicit;
  if (plain) return gatewayResponse("ACCESS_DENIED", own, verdict.context);
  return gatewayResponse("ACCESS_DENIED", {
    ACCESS_DENIED:
      '{"Message":"User is not authorized to access this resource with an explicit deny"}',
  });
}
