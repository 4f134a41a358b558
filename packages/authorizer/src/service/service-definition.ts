import { type ParsedRoute, parseRoute } from "../request/route.ts";
import { parseTemplate, type TemplatePlace } from "./template.ts";

/**
 * What a protected API means in the policy language: each route's action, resource and condition keys, as AWS's service
 * authorization reference lists them for its services.
 */
export interface ServiceDefinition {
  /** The action prefix and the ARN's service part, such as `orders`. */
  readonly service: string;
  /** For people, such as `Orders`; the service's own name when absent. */
  readonly title?: string;
  /** Names labels of the host, such as `{tenant}.api.example.com`. A request to any other host is denied. */
  readonly host?: string;
  /** By the gateway's route key, such as `GET /orders/{orderId}`; a WebSocket API asks once, at `$connect`. */
  readonly routes: Readonly<Record<string, Route>>;
}

export interface Route {
  /** `orders:GetOrder` */
  readonly action: string;
  /**
   * The ARN's resource part, or `*`. `{name}` stands for a path parameter, `{query.name}`, `{header.name}` and `{host.name}` for the
   * others; a value has no slash but where the path parameter is greedy.
   */
  readonly resource: string;
  /** Where the account of the resource is named: a path parameter or `host.<name>`. The caller's account when absent. */
  readonly accountFrom?: string;
  /** Condition keys from the request, such as `"orders:Channel": { header: "x-channel" }`. */
  readonly context?: Readonly<Record<string, ContextSource>>;
  /** One sentence for the reference. */
  readonly description?: string;
}

/** Where a condition key's value is, and of which type it must be; a value of another type denies the request. */
export type ContextSource = (
  | { readonly path: string }
  | { readonly query: string }
  | { readonly header: string }
  | { readonly host: string }
) & { readonly type?: ContextType };

/** As AWS's reference names them; `String` when absent. `ArrayOfString` takes every value that is given. */
export type ContextType =
  | "String"
  | "Numeric"
  | "Bool"
  | "Date"
  | "IPAddress"
  | "ARN"
  | "ArrayOfString";

/** The actions of a definition, for tests that must name one. */
export type ActionOf<D extends ServiceDefinition> = D["routes"][keyof D["routes"]]["action"];

/** Its condition keys, likewise. */
export type ConditionKeyOf<D extends ServiceDefinition> = ContextKey<
  D["routes"][keyof D["routes"]]
>;
type ContextKey<R> = R extends { readonly context: infer C } ? Extract<keyof C, string> : never;

/** A service's own name may not be one that policies already know. */
const RESERVED: ReadonlySet<string> = new Set([
  "aws",
  "execute-api",
  "iam",
  "organizations",
  "sts",
]);

/**
 * A definition as written, checked.
 * @throws {TypeError} naming every fault, such as a template with a parameter that its route does not have
 */
export function defineService<const D extends ServiceDefinition>(definition: D): D {
  const faults = [...faultsOfService(definition), ...faultsOfRoutes(definition)];
  if (faults.length > 0) throw new TypeError(faults.join("; "));
  return definition;
}

/**
 * A definition is for the API that it is put in front of: each of its routes is one that the gateway's lead to, as `whatIsAsked` finds
 * them, where `ANY` on either side stands for every method.
 * @throws {TypeError} naming the routes that no request would ever have
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
  { action, resource, accountFrom, context = {} }: Route,
): Iterable<string> {
  const inPath = new Set(
    segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name])),
  );
  const inHost = new Set([...host.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  const missing = ({ from, name }: TemplatePlace): string | undefined => {
    if (from === "path" && !inPath.has(name))
      return `\`${routeKey}\` has no path parameter \`${name}\``;
    if (from === "host" && !inHost.has(name))
      return `the host of \`${service}\` has no label \`${name}\``;
    return undefined;
  };
  if (!action.startsWith(`${service}:`) || !/^[a-z0-9-]+:[A-Za-z][A-Za-z0-9]*$/.test(action))
    yield `action \`${action}\` of \`${routeKey}\` must be \`${service}:\` and a name of letters and digits`;
  const template = parseTemplate(resource);
  if (template === undefined || resource === "" || (resource !== "*" && /[*?$]/.test(resource)))
    yield `resource \`${resource}\` of \`${routeKey}\` must be \`*\` or text with names in braces`;
  if (/\}\{/.test(resource))
    yield `resource \`${resource}\` of \`${routeKey}\` does not tell where one value ends and the next begins`;
  const places = (template ?? []).filter((piece) => typeof piece !== "string");
  if (accountFrom !== undefined) {
    const place = parseTemplate(`{${accountFrom}}`)?.[0];
    if (
      place === undefined ||
      typeof place === "string" ||
      (place.from !== "path" && place.from !== "host")
    )
      yield `the account of \`${routeKey}\` must come from the path or the host`;
    else places.push(place);
  }
  for (const [key, source] of Object.entries(context)) {
    if (!key.startsWith(`${service}:`) || !/^[a-z0-9-]+:[A-Za-z][\w./-]*$/.test(key))
      yield `condition key \`${key}\` of \`${routeKey}\` must be \`${service}:\` and a name`;
    places.push(placeOf(source));
  }
  const keys = Object.keys(context).map((key) => key.toLowerCase());
  if (new Set(keys).size < keys.length)
    yield `two condition keys of \`${routeKey}\` differ only by case`;
  for (const place of places) {
    const fault = missing(place);
    if (fault !== undefined) yield fault;
  }
}

/** The routes that are matched by path: a WebSocket API's is not. */
export const routesWithPath = (definition: ServiceDefinition | undefined): readonly string[] =>
  Object.keys(definition?.routes ?? {}).filter((routeKey) => routeKey !== CONNECT.routeKey);

/** Where a condition key's value is looked for. */
export function placeOf(source: ContextSource): TemplatePlace {
  if ("path" in source) return { from: "path", name: source.path };
  if ("query" in source) return { from: "query", name: source.query };
  if ("header" in source) return { from: "header", name: source.header.toLowerCase() };
  return { from: "host", name: source.host };
}

/** A WebSocket API's, which has no path. */
const CONNECT: ParsedRoute = { routeKey: "$connect", method: "$connect", segments: [] };

/** Routes that no gateway can tell apart have the same shape. */
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
