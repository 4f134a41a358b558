import type { ContextValue } from "@portcullis/policy";
import { unambiguousPath } from "../request/path.ts";
import type { RoutedRequest } from "../request/routed-request.ts";
import { typedValue } from "./context-value.ts";
import { type Route, type ServiceDefinition, valueSourceOf } from "./service-definition.ts";
import { parseTemplate, type Template, type ValueSource } from "./template.ts";

/** What a request asks for, in the policy language. */
export interface ResolvedRequest {
  readonly action: string;
  /** All of them must be allowed. There are two where the path can mean either. */
  readonly resources: readonly [string, ...string[]];
  /** The resource with what the request's parameters say as `*`. */
  readonly pattern: string;
  /** Of the resource. Undefined: the caller's own. */
  readonly account: string | undefined;
  readonly context: Readonly<Record<string, ContextValue>>;
}

/** Why a request cannot be expressed in the policy language. It is then denied. */
export interface Unresolved {
  readonly unresolved: string;
}

/**
 * Resolves a request by its route's definition, or else as API Gateway itself names it.
 * @param isSigned whether a header is covered by the signature: a presigned request can be sent
 * with other headers
 */
export function resolveRequest(
  definition: ServiceDefinition | undefined,
  request: RoutedRequest,
  callerAccount: string,
  isSigned: (lowerCaseHeader: string) => boolean = () => true,
): ResolvedRequest | Unresolved {
  const route = definition && routeOf(definition, request);
  if (definition === undefined || route === undefined) return invocation(request, callerAccount);
  try {
    const host = hostLabels(definition, request);
    const read = (source: ValueSource) => valuesAt(source, request, host, isSigned);
    const account = accountOf(route, callerAccount, read);
    const { region } = request;
    const resource = filled(templateOf(route.resource), greedyNames(request.routeKey), read);
    const start = `arn:aws:${definition.service}:${region}:${account}:`;
    return {
      action: route.action,
      resources: eitherWay(start + resource),
      pattern: start + patternOf(templateOf(route.resource)),
      account,
      context: contextOf(route, read),
    };
  } catch (error) {
    if (error instanceof UnresolvedRequest) return { unresolved: error.message };
    throw error;
  }
}

/**
 * The definition's route by the request's method, or else by `ANY`. For a route of any method, HTTP
 * APIs send `ANY` and REST APIs the request's method.
 */
function routeOf(
  { routes }: ServiceDefinition,
  { routeKey, method }: RoutedRequest,
): Route | undefined {
  const path = routeKey.slice(routeKey.indexOf(" ") + 1);
  const key = [`${method} ${path}`, `ANY ${path}`, routeKey].find((one) =>
    Object.hasOwn(routes, one),
  );
  return key === undefined ? undefined : routes[key];
}

/**
 * The resource in API Gateway's own form
 * (APIGW/api-gateway-control-access-using-iam-policies-to-invoke-api).
 */
export function invocation(
  { region, apiId, stage, method, path, routeKey }: RoutedRequest,
  account: string,
): ResolvedRequest | Unresolved {
  const start = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}`;
  const common = { action: "execute-api:Invoke", account: undefined, context: {} };
  if (routeKey === "$connect")
    return { ...common, resources: [`${start}/$connect`], pattern: `${start}/$connect` };
  if (path === undefined) return { unresolved: "the path can be read in more than one way" };
  const resource = `${start}/${method}${path}`;
  const routePath = routeKey.slice(routeKey.indexOf(" ") + 1);
  const pattern = `${start}/${method}${routePath.startsWith("/") ? routePattern(routePath) : "/*"}`;
  return { ...common, resources: path === "/" ? [resource] : eitherWay(resource), pattern };
}

const routePattern = (path: string): string => path.replace(/\{[^{}]*\}/g, "*");

const patternOf = (template: Template): string =>
  template.map((piece) => (typeof piece === "string" ? piece : "*")).join("");

/** Many frameworks behind gateways treat `/p/` as `/p`, so both must be allowed. */
const eitherWay = (resource: string): ResolvedRequest["resources"] =>
  resource.endsWith("/") ? [resource, resource.slice(0, -1)] : [resource];

class UnresolvedRequest extends Error {}

type Read = (source: ValueSource) => readonly string[];

function accountOf({ accountFrom }: Route, callerAccount: string, read: Read): string {
  if (accountFrom === undefined) return callerAccount;
  const [source] = templateOf(`{${accountFrom}}`);
  const account = source === undefined || typeof source === "string" ? undefined : read(source)[0];
  if (account === undefined || !/^\d{12}$/.test(account))
    throw new UnresolvedRequest(`the account in \`${accountFrom}\` is not 12 digits`);
  return account;
}

function filled(template: Template, greedy: ReadonlySet<string>, read: Read): string {
  return template
    .map((piece, at) => {
      if (typeof piece === "string") return piece;
      const [value, ...more] = read(piece);
      const named = `${piece.from} \`${piece.name}\``;
      if (value === undefined || value === "" || more.length > 0)
        throw new UnresolvedRequest(`the resource needs one value of ${named}`);
      // A comma joins repeated headers; a slash would end one part of the resource and begin
      // another.
      if (piece.from === "header" && value.includes(","))
        throw new UnresolvedRequest(`the resource needs one value of ${named}`);
      if (value.includes("/") && !(piece.from === "path" && greedy.has(piece.name)))
        throw new UnresolvedRequest(`the value of ${named} holds a slash`);
      // A value cannot contain its separator: `1-2` and `3` would be one resource with `1` and
      // `2-3`.
      const end = separatorAfter(template, at);
      if (end !== undefined && value.includes(end))
        throw new UnresolvedRequest(`the value of ${named} holds what it ends with, \`${end}\``);
      // The function behind may read `public/../secret` as `secret`, which was not evaluated.
      if (piece.from === "path" && unambiguousPath(`/${value}`, false) === undefined)
        throw new UnresolvedRequest(`the value of ${named} can be read in more than one way`);
      return value;
    })
    .join("");
}

/** The separator after a value, if another value follows. Only a greedy value contains slashes. */
function separatorAfter(template: Template, at: number): string | undefined {
  const next = template[at + 1];
  const isLast = template.slice(at + 1).every((piece) => typeof piece === "string");
  if (typeof next !== "string" || isLast || next.startsWith("/")) return undefined;
  return String.fromCodePoint(next.codePointAt(0) ?? 0);
}

function contextOf({ context = {} }: Route, read: Read): Record<string, ContextValue> {
  const found: [string, ContextValue][] = [];
  for (const [key, source] of Object.entries(context)) {
    const values = read(valueSourceOf(source));
    if (values.length === 0) continue;
    const value = typedValue(values, source.type);
    if (value === undefined)
      throw new UnresolvedRequest(
        `condition key \`${key}\` is not one value of type ${source.type ?? "String"}`,
      );
    found.push([key, value]);
  }
  return Object.fromEntries(found);
}

function valuesAt(
  { from, name }: ValueSource,
  request: RoutedRequest,
  host: Readonly<Record<string, string>>,
  isSigned: (header: string) => boolean,
): readonly string[] {
  if (from === "query") return request.query(name);
  if (from === "header") {
    const values = request.header(name);
    if (values.length > 0 && !isSigned(name))
      throw new UnresolvedRequest(`header \`${name}\` is not signed`);
    return values;
  }
  if (from === "path" && request.pathParameters === undefined)
    throw new UnresolvedRequest("a path parameter can be read in more than one way");
  const parameters = from === "host" ? host : (request.pathParameters ?? {});
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  return value === undefined ? [] : [value];
}

function hostLabels(
  { host }: ServiceDefinition,
  request: RoutedRequest,
): Readonly<Record<string, string>> {
  if (host === undefined) return {};
  const [line = "", ...more] = request.header("host");
  const given = more.length > 0 ? [] : line.toLowerCase().replace(/:\d+$/, "").split(".");
  const wanted = host.split(".");
  if (given.length !== wanted.length) throw new UnresolvedRequest("the host is not the service's");
  const labels: [string, string][] = [];
  for (const [index, label] of wanted.entries()) {
    const value = given[index] ?? "";
    if (label.startsWith("{") && /^[a-z0-9_-]{1,63}$/.test(value))
      labels.push([label.slice(1, -1), value]);
    else if (label !== value) throw new UnresolvedRequest("the host is not the service's");
  }
  return Object.fromEntries(labels);
}

const templates = new Map<string, Template>();

/** Bounded by the definitions' templates. */
function templateOf(text: string): Template {
  let template = templates.get(text);
  if (template === undefined) {
    template = parseTemplate(text) ?? [];
    templates.set(text, template);
  }
  return template;
}

const greedyNames = (routeKey: string): ReadonlySet<string> =>
  new Set([...routeKey.matchAll(/\{([^{}+]+)\+\}/g)].map(([, name]) => name ?? ""));
