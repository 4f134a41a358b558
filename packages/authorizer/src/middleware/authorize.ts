import type { MiddlewareObj } from "@middy/core";
import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from "aws-lambda";
import type { Answer, Authorizer } from "../decision/authorizer.ts";
import { callerContext } from "../decision/caller-context.ts";
import type { ApiRequest } from "../request/api-request.ts";
import { requestOfV1 } from "../request/event-v1.ts";
import { requestOfV2 } from "../request/event-v2.ts";
import { decodedParameters } from "../request/path.ts";
import { createRouter, type Router } from "../request/route.ts";
import { withoutStage } from "../request/routed-path.ts";
import { routesWithPath, type ServiceDefinition } from "../service/service-definition.ts";
import { bodyOf } from "./require-authorization.ts";

/** What reaches a function without an authorizer in front: function URLs, load balancers, APIs that have none. */
export type UnguardedEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent | ALBEvent;

export interface AuthorizeOptions {
  /** Found at the first request. Its service definition must be the same as `service`. */
  readonly authorizer: () => Authorizer;
  readonly region: string;
  /** What the API is called in ARNs and audiences. */
  readonly apiId: string;
  readonly service?: ServiceDefinition;
  /** True behind an HTTP API, which decodes paths; function URLs, load balancers and REST APIs don't. @default false */
  readonly pathIsDecoded?: boolean;
  /**
   * Behind a load balancer that appends to `X-Forwarded-For`, its last entry is the caller's address. Without this `aws:SourceIp` is
   * not in the request there. @default false
   */
  readonly trustForwardedFor?: boolean;
}

/** The gateways' own answers, in a shape that all of them take. */
export interface Refusal {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/**
 * The authorizer within a function that has none in front: the body is at hand, so it is hashed here. Handlers are given an event with
 * route, parameters and caller in it, as behind a gateway's authorizer, and read it by `authorizedRequest`.
 */
export function authorize(options: AuthorizeOptions): MiddlewareObj<UnguardedEvent, unknown> {
  const router = createRouter(routesWithPath(options.service));
  return {
    async before(request) {
      const routed = routedEvent(request.event, router, options);
      const asked = requestOf(routed, options);
      const answer = await options.authorizer().decide(asked);
      if (answer.kind !== "allowed") return refusal(answer);
      request.event = withCaller(routed.event, answer);
      return undefined;
    },
  };
}

interface Routed {
  readonly event: UnguardedEvent;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** The event with the route that the definition finds for it; what a gateway may have said of routes does not count. */
function routedEvent(
  event: UnguardedEvent,
  router: Router,
  { pathIsDecoded = false }: AuthorizeOptions,
): Routed {
  if (isV2(event)) {
    const { http, stage } = event.requestContext;
    const { routeKey, pathParameters } = found(
      router,
      http.method,
      withoutStage(event.rawPath, stage),
    );
    // Decoded once and no more: the handler must be given what is judged.
    const plain = pathIsDecoded ? pathParameters : (decodedParameters(pathParameters) ?? {});
    return { event: { ...event, routeKey, pathParameters: plain }, routeKey, pathParameters };
  }
  const { path, httpMethod, requestContext } = event;
  const stage = "stage" in requestContext && pathIsDecoded ? requestContext.stage : "$default";
  const { routeKey, pathParameters } = found(router, httpMethod, withoutStage(path, stage));
  const resource = routeKey.slice(routeKey.indexOf(" ") + 1);
  return { event: { ...event, resource, pathParameters }, routeKey, pathParameters };
}

const found = (router: Router, method: string, path: string) =>
  router(method, path) ?? { routeKey: "$default", pathParameters: {} };

function requestOf(
  { event, routeKey, pathParameters }: Routed,
  { region, apiId, pathIsDecoded = false, trustForwardedFor = false }: AuthorizeOptions,
): ApiRequest {
  const parameters = pathIsDecoded ? pathParameters : decodedParameters(pathParameters);
  const own = { body: bodyOf(event), routeKey, pathParameters: parameters };
  if (isV2(event)) return { ...requestOfV2(event, { region, apiId, pathIsDecoded }), ...own };
  if (!("elb" in event.requestContext))
    return {
      ...requestOfV1(event as APIGatewayProxyEvent, {
        region,
        apiId,
        pathIsDecoded,
        queryIsDecoded: true,
      }),
      ...own,
    };
  const { httpMethod, path, headers, multiValueHeaders } = event;
  const request = requestOfV1(
    {
      httpMethod,
      path,
      headers,
      multiValueHeaders,
      queryStringParameters: event.queryStringParameters,
      multiValueQueryStringParameters: event.multiValueQueryStringParameters,
      requestContext: {},
    },
    { region, apiId, pathIsDecoded: false, queryIsDecoded: false },
  );
  const [userAgent] = request.header("user-agent");
  // A load balancer may listen for plain HTTP, and says which it was itself: a client's own header does not reach us.
  const secureTransport = request.header("x-forwarded-proto").join() === "https";
  const sourceIp = trustForwardedFor ? lastForwarded(request) : undefined;
  return { ...request, ...own, userAgent, secureTransport, sourceIp };
}

const lastForwarded = ({ header }: ApiRequest): string | undefined =>
  header("x-forwarded-for").at(-1)?.split(",").at(-1)?.trim();

function withCaller(
  event: UnguardedEvent,
  answer: Extract<Answer, { kind: "allowed" }>,
): UnguardedEvent {
  const context = callerContext(answer);
  const authorizer = isV2(event) ? { lambda: context } : context;
  const { requestContext } = event;
  return { ...event, requestContext: { ...requestContext, authorizer } } as UnguardedEvent;
}

async function refusal(answer: Exclude<Answer, { kind: "allowed" }>): Promise<Refusal> {
  if (answer.kind === "unauthenticated") return refuse(401, { message: "Unauthorized" });
  if (answer.kind === "failed") return refuse(500, { message: "Internal Server Error" });
  const encodedAuthorizationMessage = await answer.encodedMessage();
  return refuse(403, { message: answer.message, encodedAuthorizationMessage });
}

const refuse = (statusCode: number, body: object): Refusal => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
  isBase64Encoded: false,
});

const isV2 = (event: UnguardedEvent): event is APIGatewayProxyEventV2 => "rawPath" in event;
