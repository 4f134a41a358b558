import { type ParsedRoute, parseRoute } from "../request/route.ts";
import { parseTemplate, type ValueSource } from "./template.ts";

/**
 * A protected API in the policy language: each route's action, resource and condition keys, as
 * AWS's Service Authorization Reference lists them for AWS's services.
 */
export interface ServiceDefinition {
  /** The action prefix and the ARN's service part, such as `orders`. */
  readonly service: string;
  /** For people, such as `Orders`. @default the service's name */
  readonly title?: string;
  /**
   * Names labels of the host, such as `{tenant}.api.example.com`. A request to any other host is
   * denied.
   */
  readonly host?: string;
  /**
   * By the gateway's route key, such as `GET /orders/{orderId}`. A WebSocket API calls its
   * authorizer once, at `$connect`.
   */
  readonly routes: Readonly<Record<string, Route>>;
}

export interface Route {
  /** `orders:GetOrder` */
  readonly action: string;
  /**
   * The ARN's resource part, or `*`. `{name}` is a path parameter. `{query.name}`, `{header.name}`
   * and `{host.name}` are the others. Only the value of a greedy path parameter may contain a
   * slash.
   */
  readonly resource: string;
  /**
   * The path parameter or `host.<name>` that names the resource's account. Absent: the caller's
   * account.
   */
  readonly accountFrom?: string;
  /** Condition keys from the request, such as `"orders:Channel": { header: "x-channel" }`. */
  readonly context?: Readonly<Record<string, ContextSource>>;
  /** One sentence for the reference. */
  readonly description?: string;
  /**
   * What the action does to its resource, for reports about access. Decisions do not depend on it,
   * but `<Service>ReadOnlyAccess` has no action of another level than `List` and `Read`.
   * @default by the route's method: `List`, `Read` or `Write`
   */
  readonly accessLevel?: AccessLevel;
}

/** AWS's access levels, the most far-reaching last. */
export const ACCESS_LEVELS = [
  "List",
  "Read",
  "Tagging",
  "Write",
  "Permissions management",
] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** The source and type of a condition key. A value of another type denies the request. */
export type ContextSource = (
  | { readonly path: string }
  | { readonly query: string }
  | { readonly header: string }
  | { readonly host: string }
) & { readonly type?: ContextType };

/** Types as AWS's reference names them. `ArrayOfString` takes every value. @default `String` */
export type ContextType =
  | "String"
  | "Numeric"
  | "Bool"
  | "Date"
  | "IPAddress"
  | "ARN"
  | "ArrayOfString";

/** The actions of a definition, for the types of tests. */
export type ActionOf<D extends ServiceDefinition> = D["routes"][keyof D["routes"]]["action"];

/** The condition keys of a definition, likewise. */
export type ConditionKeyOf<D extends ServiceDefinition> = ContextKey<
  D["routes"][keyof D["routes"]]
>;
type ContextKey<R> = R extends { readonly context: infer C } ? Extract<keyof C, string> : never;

/** Names that policies already know. */
const RESERVED: ReadonlySet<string> = new Set([
  "aws",
  "execute-api",
  "iam",
  "organizations",
  "sts",
]);

/**
 * Checks a definition and returns it.
 * @throws {TypeError} naming every fault, such as a template with a parameter that its route lacks
 */
export function defineService<const D extends ServiceDefinition>(definition: D): D {
  const faults = [...faultsOfService(definition), ...faultsOfRoutes(definition)];
  if (faults.length > 0) throw new TypeError(faults.join("; "));
  return definition;
}

/**
 * Checks that a request can reach each route of a definition through an API's routes. `ANY` on
 * either side stands for every method.
 * @throws {TypeError} naming the routes that no request reaches
 */
export function assertRouted(
  definition: ServiceDefinition,
  gatewayRoutes: readonly string[],
): void {
  const reached = new Set(gatewayRoutes.flatMap((routeKey) => reachedFrom(routeKey, definition)));
  const lost = Object.keys(definition.routes).filter((routeKey) => !reached.has(routeKey));
  if (lost.length > 0)
    throw new TypeError(
      `service \`${definition.service}\` names routes that the API does not have: ${lost.map((key) => `\`${key}\``).join(", ")}`,
    );
}

function reachedFrom(routeKey: string, { routes }: ServiceDefinition): readonly string[] {
  if (Object.hasOwn(routes, routeKey) && !routeKey.startsWith("ANY ")) return [routeKey];
  const path = routeKey.slice(routeKey.indexOf(" "));
  if (!routeKey.startsWith("ANY ")) return [`ANY${path}`];
  return Object.keys(routes).filter((own) => own.slice(own.indexOf(" ")) === path);
}

function* faultsOfService({ service, host }: ServiceDefinition): Iterable<string> {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(service))
    yield `service \`${service}\` must be lower-case letters, digits and hyphens`;
  if (RESERVED.has(service))
    yield `service \`${service}\` is the name of a service that policies know already`;
  if (host !== undefined && !/^(?:\{\w+\}|[a-z0-9-]+)(?:\.(?:\{\w+\}|[a-z0-9-]+))*$/.test(host))
    yield `host \`${host}\` must be labels, each plain or a name in braces`;
}

function* faultsOfRoutes(definition: ServiceDefinition): Iterable<string> {
  const shapes = new Map<string, string>();
  for (const [routeKey, route] of Object.entries(definition.routes)) {
    const parsed = tryParse(routeKey);
    if (typeof parsed === "string") {
      yield parsed;
      continue;
    }
    const same = shapes.get(shapeOf(parsed));
    if (same !== undefined) yield `\`${routeKey}\` and \`${same}\` are the same route`;
    shapes.set(shapeOf(parsed), routeKey);
    yield* faultsOfRoute(definition, parsed, route);
  }
}

function* faultsOfRoute(
  { service, host = "" }: ServiceDefinition,
  { routeKey, segments }: ParsedRoute,
  { action, resource, accountFrom, context = {}, accessLevel }: Route,
): Iterable<string> {
  const inPath = new Set(
    segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name])),
  );
  const inHost = new Set([...host.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  const missing = ({ from, name }: ValueSource): string | undefined => {
    if (from === "path" && !inPath.has(name))
      return `\`${routeKey}\` has no path parameter \`${name}\``;
    if (from === "host" && !inHost.has(name))
      return `the host of \`${service}\` has no label \`${name}\``;
    return undefined;
  };
  if (!action.startsWith(`${service}:`) || !/^[a-z0-9-]+:[A-Za-z][A-Za-z0-9]*$/.test(action))
    yield `action \`${action}\` of \`${routeKey}\` must be \`${service}:\` and a name of letters and digits`;
  if (accessLevel !== undefined && !ACCESS_LEVELS.includes(accessLevel))
    yield `the access level of \`${routeKey}\` must be one of ${ACCESS_LEVELS.join(", ")}`;
  const template = parseTemplate(resource);
  if (template === undefined || resource === "" || (resource !== "*" && /[*?$]/.test(resource)))
    yield `resource \`${resource}\` of \`${routeKey}\` must be \`*\` or text with names in braces`;
  if (/\}\{/.test(resource))
    yield `resource \`${resource}\` of \`${routeKey}\` does not tell where one value ends and the next begins`;
  const sources = (template ?? []).filter((piece) => typeof piece !== "string");
  if (accountFrom !== undefined) {
    const source = parseTemplate(`{${accountFrom}}`)?.[0];
    if (
      source === undefined ||
      typeof source === "string" ||
      (source.from !== "path" && source.from !== "host")
    )
      yield `the account of \`${routeKey}\` must come from the path or the host`;
    else sources.push(source);
  }
  for (const [key, source] of Object.entries(context)) {
    if (!key.startsWith(`${service}:`) || !/^[a-z0-9-]+:[A-Za-z][\w./-]*$/.test(key))
      yield `condition key \`${key}\` of \`${routeKey}\` must be \`${service}:\` and a name`;
    sources.push(valueSourceOf(source));
  }
  const keys = Object.keys(context).map((key) => key.toLowerCase());
  if (new Set(keys).size < keys.length)
    yield `two condition keys of \`${routeKey}\` differ only by case`;
  for (const source of sources) {
    const fault = missing(source);
    if (fault !== undefined) yield fault;
  }
}

/** The routes that are matched by path. A WebSocket API's is not. */
export const routesWithPath = (definition: ServiceDefinition | undefined): readonly string[] =>
  Object.keys(definition?.routes ?? {}).filter((routeKey) => routeKey !== CONNECT.routeKey);

/** The part of a request that holds a condition key's value. */
export function valueSourceOf(source: ContextSource): ValueSource {
  if ("path" in source) return { from: "path", name: source.path };
  if ("query" in source) return { from: "query", name: source.query };
  if ("header" in source) return { from: "header", name: source.header.toLowerCase() };
  return { from: "host", name: source.host };
}

/** A WebSocket API's route, which has no path. */
const CONNECT: ParsedRoute = { routeKey: "$connect", method: "$connect", segments: [] };

/** Routes of the same shape cannot be told apart by a gateway. */
const shapeOf = ({ method, segments }: ParsedRoute): string =>
  `${method} /${segments.map((segment) => (segment.kind === "literal" ? segment.text : `{${segment.kind}}`)).join("/")}`;

function tryParse(routeKey: string): ParsedRoute | string {
  if (routeKey === CONNECT.routeKey) return CONNECT;
  try {
    return parseRoute(routeKey);
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}
