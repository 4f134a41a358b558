import type { RequestListener } from "node:http";
import type { AuthorizerHandler } from "@portcullis/functions";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, APIGatewayRequestAuthorizerEventV2, Context } from "aws-lambda";
import { type ApiIdentity, lambdaContext, proxyEvent } from "./event.ts";
import { gatewayAnswer, type HttpMessage, readMessage, respond } from "./http-message.ts";
import { createRouter, type RouteMatch } from "./route.ts";

/** A function behind the gateway. */
export type Integration = (event: never, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

export interface HttpApi {
  readonly identity: ApiIdentity;
  readonly routes: readonly string[];
  readonly authorizer: AuthorizerHandler;
  readonly integration: Integration;
}

/** How long API Gateway waits for an authorizer; after that the request fails. */
const AUTHORIZER_MILLISECONDS = 10_000;

/**
 * An HTTP API of API Gateway, as far as a caller can see: every route behind one Lambda authorizer (payload 2.0, simple answers, no identity
 * sources, no caching) and one function. There is no way past the authorizer.
 */
export function httpApi({ identity, routes, authorizer, integration }: HttpApi): RequestListener {
  const route = createRouter(routes);
  const answer = async (message: HttpMessage): Promise<APIGatewayProxyStructuredResultV2> => {
    const match = route(message.method, message.rawPath);
    if (match === undefined) return gatewayAnswer(404, "Not Found");
    const event = proxyEvent(identity, message, match);
    const verdict = await ask(authorizer, authorizerEvent(identity, event, match));
    if (verdict.kind === "refused") return gatewayAnswer(verdict.status, verdict.message);
    const authorized = { ...event, requestContext: { ...event.requestContext, authorizer: { lambda: verdict.context } } };
    return integration(authorized as never, lambdaContext("orders"));
  };
  return (request, response) => {
    readMessage(request)
      .then((message) => (message === undefined ? gatewayAnswer(413, "Request Entity Too Large") : answer(message)))
      .catch((error: unknown) => {
        console.error(error);
        return gatewayAnswer(500, "Internal Server Error");
      })
      .then((result) => respond(response, result))
      .catch(() => response.destroy());
  };
}

type Verdict =
  | { readonly kind: "allowed"; readonly context: Readonly<Record<string, string>> }
  | { readonly kind: "refused"; readonly status: 401 | 403 | 500; readonly message: string };

/** Only an answer that says so, in time, is an allow. */
async function ask(authorizer: AuthorizerHandler, event: APIGatewayRequestAuthorizerEventV2): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the authorizer did not answer in time")), AUTHORIZER_MILLISECONDS);
  });
  try {
    const { isAuthorized, context } = await Promise.race([authorizer(event, lambdaContext("authorizer")), late]);
    if (isAuthorized === true) return { kind: "allowed", context };
    return { kind: "refused", status: 403, message: "Forbidden" };
  } catch (error) {
    if (error instanceof Error && error.message === "Unauthorized") return { kind: "refused", status: 401, message: "Unauthorized" };
    return { kind: "refused", status: 500, message: "Internal Server Error" };
  } finally {
    clearTimeout(timer);
  }
}

/** The same request without its body: an authorizer is never given one. */
function authorizerEvent(
  { region, account, apiId, stage }: ApiIdentity,
  event: APIGatewayProxyEventV2,
  { routeKey }: RouteMatch,
): APIGatewayRequestAuthorizerEventV2 {
  const { body: _, isBase64Encoded: __, requestContext, ...rest } = event;
  const { http } = requestContext;
  return {
    ...rest,
    version: "2.0",
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${http.method}${event.rawPath}`,
    identitySource: [],
    routeKey,
    cookies: event.cookies ?? [],
    queryStringParameters: event.queryStringParameters ?? {},
    pathParameters: event.pathParameters ?? {},
    stageVariables: {},
    requestContext: { ...requestContext, authentication: undefined } as unknown as APIGatewayRequestAuthorizerEventV2["requestContext"],
  } as APIGatewayRequestAuthorizerEventV2;
}
