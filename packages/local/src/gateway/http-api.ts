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
import { restEvent, restQuestion } from "./rest-event.ts";
import { serve } from "./serve.ts";
import { policyVerdict, simpleVerdict, type Verdict } from "./verdict.ts";

export interface HttpApi {
  readonly identity: ApiIdentity;
  readonly routes: readonly string[];
  readonly authorizer: HttpAuthorizer;
  readonly integration: Integration;
}

export type HttpAuthorizer = {
  /** Such as `$request.header.Authorization` or `$context.routeKey`; a request that lacks one is a 401 without a question. */
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
 * An HTTP API of API Gateway, as far as a caller can see: every route behind one Lambda authorizer and one function. There is no way past
 * the authorizer. One thing is not API Gateway's: paths are handed over as they came, where its HTTP APIs decode them.
 */
export function httpApi(api: HttpApi): RequestListener {
  const { identity, integration } = api;
  const route = createRouter(api.routes);
  const ask = questioner(api);
  const answer = async (message: HttpMessage): Promise<APIGatewayProxyStructuredResultV2> => {
    const found = route(message.method, message.rawPath);
    const match = found && decoded(found);
    if (match === undefined) return gatewayAnswer(404, "Not Found");
    const event = proxyEvent(identity, message, match);
    const verdict = await ask({ event, message, match });
    if (verdict.kind === "unauthorized") return gatewayAnswer(401, "Unauthorized");
    if (verdict.kind === "failed") return gatewayAnswer(500, "Internal Server Error");
    if (verdict.kind === "denied") return gatewayAnswer(403, "Forbidden");
    const authorizer = { lambda: verdict.context };
    const authorized = { ...event, requestContext: { ...event.requestContext, authorizer } };
    return integration(authorized as never, lambdaContext(identity.apiId));
  };
  return serve({
    answer,
    tooLarge: () => gatewayAnswer(413, "Request Entity Too Large"),
    failed: () => gatewayAnswer(500, "Internal Server Error"),
  });
}

interface Question {
  readonly event: APIGatewayProxyEventV2;
  readonly message: HttpMessage;
  readonly match: RouteMatch;
}

function questioner({ authorizer, identity }: HttpApi): (asked: Question) => Promise<Verdict> {
  const cache = answerCache(authorizer.ttlSeconds, authorizer.identitySources.length);
  const { region, account, apiId, stage } = identity;
  return async (asked) => {
    const { method, rawPath } = asked.message;
    const arn = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${method}${rawPath}`;
    const values = authorizer.identitySources.map((source) => identityValue(source, asked));
    if (!values.every((value) => value !== undefined && value !== ""))
      return { kind: "unauthorized" };
    const put = (): Promise<Called> =>
      authorizer.payload === "2.0"
        ? callAuthorizer(authorizer.function, question(asked, arn, values.map(String)))
        : callAuthorizer(authorizer.function, {
            ...questionV1(asked, identity, arn),
            version: "1.0",
          });
    const called = await cache.answer(values.map(String), put);
    return authorizer.response === "simple"
      ? simpleVerdict(called)
      : policyVerdict(called, arn, true);
  };
}

function identityValue(source: string, { event, message, match }: Question): string | undefined {
  const [, place, name = ""] =
    /^\$(request\.header|request\.querystring|context)\.(.+)$/.exec(source) ?? [];
  if (place === "request.header") return message.headers[name.toLowerCase()];
  if (place === "request.querystring") return event.queryStringParameters?.[name];
  if (source === "$context.routeKey") return match.routeKey;
  throw new TypeError(`\`${source}\` is no identity source`);
}

/** The same request without its body: an authorizer is never given one. */
function question(
  { event }: Question,
  routeArn: string,
  identitySource: string[],
): APIGatewayRequestAuthorizerEventV2 {
  const { body: _, isBase64Encoded: __, requestContext, ...rest } = event;
  return {
    ...rest,
    // No client certificates here, so nothing of them, which the type demands.
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

const questionV1 = ({ message, match }: Question, identity: ApiIdentity, methodArn: string) =>
  restQuestion(restEvent(identity, message, message.rawPath, match), methodArn);

/** Path parameters as an HTTP API hands them over; a path with a broken escape has no route. */
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
