import type {
  ApiKind,
  ProtectedApi,
  ProtectedRoute,
  RouteContextKey,
  ServiceCatalog,
} from "@portcullis/iam/protected-api";
import { serviceReferenceData } from "./reference-data.ts";
import { type Route, type ServiceDefinition, valueSourceOf } from "./service-definition.ts";

/** A protected API as the composition declares it to the control API. */
export interface DeclaredApi {
  /** The API's id in policies and tokens, as its authorizer has it. */
  readonly apiId: string;
  /** @default "HTTP" */
  readonly kind?: ApiKind;
  /** The gateway's stage. @default "$default" */
  readonly stage?: string;
  /** Absent: all routes ask for `execute-api:Invoke`. */
  readonly service?: ServiceDefinition;
  /**
   * Route keys of the gateway beside those of the definition. They ask for `execute-api:Invoke`.
   * @default none
   */
  readonly routes?: readonly string[];
}

/**
 * What the control API tells of the declared APIs. APIs with the same service definition share one
 * service reference.
 */
export function catalogOf(apis: readonly DeclaredApi[]): ServiceCatalog {
  const services = new Map(
    apis.flatMap(({ service }) => (service ? [[service.service, service]] : [])),
  );
  return {
    Apis: apis.map(protectedApi),
    Services: [...services.values()].map(serviceReferenceData),
  };
}

function protectedApi(api: DeclaredApi): ProtectedApi {
  const { apiId, kind = "HTTP", stage = "$default", service, routes = [] } = api;
  const isOffered = (routeKey: string) => (routeKey === CONNECT) === (kind === "WEBSOCKET");
  const defined = Object.entries(service?.routes ?? {}).filter(([key]) => isOffered(key));
  const definedKeys = new Set(defined.map(([key]) => key));
  const gateway = kind === "WEBSOCKET" ? [CONNECT, ...routes] : routes;
  const others = [...new Set(gateway)].filter((key) => isOffered(key) && !definedKeys.has(key));
  return {
    ApiId: apiId,
    Kind: kind,
    Stage: stage,
    ServicePrefix: service?.service,
    Title: service?.title,
    Host: service?.host,
    Routes: [
      ...defined.map(([key, route]) => definedRoute(key, route)),
      ...others.map((key) => invokedRoute(key, `${apiId}/${stage}`)),
    ],
  };
}

/** The only route of a WebSocket API that is authorized. */
const CONNECT = "$connect";

function definedRoute(routeKey: string, route: Route): ProtectedRoute {
  const { action, resource, accountFrom, description, context = {} } = route;
  return {
    ...keyParts(routeKey),
    Action: action,
    Resource: resource,
    AccountFrom: accountFrom,
    Description: description,
    ContextKeys: Object.entries(context).map(([Name, source]): RouteContextKey => {
      const { from, name } = valueSourceOf(source);
      return { Name, Type: source.type ?? "String", From: from, Parameter: name };
    }),
  };
}

/** A route without a definition (APIGW/api-gateway-control-access-using-iam-policies-to-invoke-api). */
function invokedRoute(routeKey: string, start: string): ProtectedRoute {
  const { Method, Path } = keyParts(routeKey);
  const rest = Path === undefined ? routeKey : `${Method === "ANY" ? "*" : Method}${Path}`;
  return {
    ...keyParts(routeKey),
    Action: "execute-api:Invoke",
    Resource: `${start}/${rest}`,
    ContextKeys: [],
  };
}

function keyParts(RouteKey: string): Pick<ProtectedRoute, "RouteKey" | "Method" | "Path"> {
  const [, Method, Path] = /^([A-Z]+) (\/.*)$/s.exec(RouteKey) ?? [];
  return { RouteKey, Method, Path };
}
