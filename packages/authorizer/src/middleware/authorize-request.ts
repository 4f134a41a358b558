import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from "aws-lambda";
import type { Allowed } from "../decision/answer.ts";
import type { Authorizer } from "../decision/authorizer.ts";
import { callerContext } from "../decision/caller-context.ts";
import type { ApiRequest } from "../request/api-request.ts";
import { requestOfV1 } from "../request/event-v1.ts";
import { requestOfV2 } from "../request/event-v2.ts";
import { decodedParameters } from "../request/path.ts";
import { createRouter, type Router } from "../request/route.ts";
import { withoutStage } from "../request/routed-path.ts";
import { routesWithPath, type ServiceDefinition } from "../service/service-definition.ts";
import type { LambdaMiddleware } from "./lambda-middleware.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { bodyOf } from "./require-authorization.ts";

/**
 * Events of functions without an authorizer in front: of function URLs, load balancers and APIs.
 */
export type UnguardedEvent = APIGatewayProxyEventV2 | APIGatewayProxyEvent | ALBEvent;

export interface AuthorizeRequestOptions {
  /** Called at the first request. Its service definition must be the same as `service`. */
  readonly authorizer: () => Authorizer;
  readonly region: string;
  /** The API's name in ARNs and audiences. */
  readonly apiId: string;
  readonly service?: ServiceDefinition;
  /**
   * Whether the gateway decodes paths, as HTTP APIs do. Function URLs, load balancers and REST APIs
   * don't. @default false
   */
  readonly pathIsDecoded?: boolean;
  /**
   * Whether the last entry of `X-Forwarded-For` is the caller's address, as behind a load balancer
   * that appends to it. Otherwise requests there have no `aws:SourceIp`. @default false
   */
  readonly trustForwardedFor?: boolean;
}

/**
 * The authorizer inside a function without one in front. The body is available there, so its hash
 * is checked. Handlers get an event with route, parameters and caller in it, as behind a gateway's
 * authorizer, and read it by `authorizedRequest`.
 */
export function authorizeRequest(
  options: AuthorizeRequestOptions,
): LambdaMiddleware<UnguardedEvent, Refusal> {
  const router = createRouter(routesWithPath(options.service));
  return {
    async before(request) {
      const routed = routedEvent(request.event, router, options);
      const apiRequest = requestOf(routed, options);
      const answer = await options.authorizer().decide(apiRequest);
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

/**
 * The event with the route that the definition finds. Routes in the gateway's event do not count.
 */
function routedEvent(
  event: UnguardedEvent,
  router: Router,
  { pathIsDecoded = false }: AuthorizeRequestOptions,
): Routed {
  if (isV2(event)) {
    const { http, stage } = event.requestContext;
    const { routeKey, pathParameters } = found(
      router,
      http.method,
      withoutStage(event.rawPath, stage),
    );
    // Decoded once only: the handler must get what is evaluated.
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
  { region, apiId, pathIsDecoded = false, trustForwardedFor = false }: AuthorizeRequestOptions,
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
  // A load balancer may accept plain HTTP. It sets this header itself, over a client's.
  const secureTransport = request.header("x-forwarded-proto").join() === "https";
  const sourceIp = trustForwardedFor ? lastForwarded(request) : undefined;
  return { ...request, ...own, userAgent, secureTransport, sourceIp };
}

const lastForwarded = ({ header }: ApiRequest): string | undefined =>
  header("x-forwarded-for").at(-1)?.split(",").at(-1)?.trim();

function withCaller(event: UnguardedEvent, answer: Allowed): UnguardedEvent {
  const context = callerContext(answer);
  const authorizer = isV2(event) ? { lambda: context } : context;
  const { requestContext } = event;
  return { ...event, requestContext: { ...requestContext, authorizer } } as UnguardedEvent;
}

const isV2 = (event: UnguardedEvent): event is APIGatewayProxyEventV2 => "rawPath" in event;
