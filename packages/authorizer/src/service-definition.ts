import type { ContextValue } from "@portcullis/policy";

/**
 * What a protected API means in the policy language: each route's action, resource and condition keys, as AWS's service
 * authorization reference lists them for its services.
 */
export interface ServiceDefinition {
  /** The action prefix and the ARN's service part, such as `orders`. */
  readonly service: string;
  /** By the gateway's route key, such as `GET /orders/{orderId}`. */
  readonly routes: Readonly<Record<string, Route>>;
}

export interface Route {
  /** `orders:GetOrder` */
  readonly action: string;
  /** The ARN's resource part; `{name}` stands for a path parameter. */
  readonly resource: string;
  /** The path parameter that holds the resource's account; the caller's account when absent. */
  readonly accountFrom?: string;
  /** Condition keys from the request, such as `"orders:Channel": { header: "x-channel" }`. */
  readonly context?: Readonly<Record<string, ContextSource>>;
}

export type ContextSource =
  | { readonly path: string }
  | { readonly query: string }
  | { readonly header: string };

/** A definition as written, checked. @throws {TypeError} when a template names a parameter that its route does not have */
export function defineService<const D extends ServiceDefinition>(definition: D): D {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(definition.service))
    throw new TypeError(`service \`${definition.service}\` must be lower-case letters, digits and hyphens`);
  for (const [routeKey, route] of Object.entries(definition.routes)) {
    const match = /^([A-Z]+) (\/\S*)$/.exec(routeKey);
    if (match === null)
      throw new TypeError(
        `route \`${routeKey}\` must be a method and a path, such as \`GET /orders/{orderId}\``,
      );
    const parameters = new Set([...routeKey.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name));
    if (!route.action.startsWith(`${definition.service}:`))
      throw new TypeError(
        `action \`${route.action}\` of \`${routeKey}\` must begin with \`${definition.service}:\``,
      );
    const named = [...route.resource.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    if (route.accountFrom !== undefined) named.push(route.accountFrom);
    for (const source of Object.values(route.context ?? {})) if ("path" in source) named.push(source.path);
    for (const name of named) {
      if (!parameters.has(name)) throw new TypeError(`\`${routeKey}\` has no path parameter \`${name}\``);
    }
  }
  return definition;
}

/** A request as the gateway routed it; the function behind is given the same. */
export interface RoutedRequest {
  readonly method: string;
  /** The path as it came, after the stage. */
  readonly rawPath: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  readonly query: (name: string) => ContextValue | undefined;
  readonly header: (lowerCaseName: string) => string | undefined;
  readonly apiId: string;
  readonly stage: string;
  readonly region: string;
}

/** What a request asks for, in the policy language. */
export interface Asked {
  readonly action: string;
  readonly resource: string;
  /** Undefined: the caller's own. */
  readonly account: string | undefined;
  readonly context: Readonly<Record<string, ContextValue | undefined>>;
}

/** Undefined when the request cannot be put into words: its parameters are missing or no account id. It is then denied. */
export function whatIsAsked(
  definition: ServiceDefinition | undefined,
  request: RoutedRequest,
  callerAccount: string,
): Asked | undefined {
  const route =
    definition !== undefined && Object.hasOwn(definition.routes, request.routeKey)
      ? definition.routes[request.routeKey]
      : undefined;
  const { region, apiId, stage, method, rawPath } = request;
  if (definition === undefined || route === undefined) {
    const resource = `arn:aws:execute-api:${region}:${callerAccount}:${apiId}/${stage}/${method}/${rawPath.replace(/^\//, "")}`;
    return { action: "execute-api:Invoke", resource, account: undefined, context: {} };
  }
  const parameter = (name: string) =>
    Object.hasOwn(request.pathParameters, name) ? request.pathParameters[name] : undefined;
  const account = route.accountFrom === undefined ? callerAccount : parameter(route.accountFrom);
  if (account === undefined || !/^\d{12}$/.test(account)) return undefined;
  let complete = true;
  const resource = route.resource.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameter(name);
    if (value === undefined || value === "") complete = false;
    return value ?? "";
  });
  if (!complete) return undefined;
  const context = Object.fromEntries(
    Object.entries(route.context ?? {}).map(([key, source]) => {
      if ("path" in source) return [key, parameter(source.path)];
      return [
        key,
        "query" in source ? request.query(source.query) : request.header(source.header.toLowerCase()),
      ];
    }),
  );
  return {
    action: route.action,
    resource: `arn:aws:${definition.service}:${region}:${account}:${resource}`,
    account,
    context,
  };
}
