import type { ContextValue } from "@portcullis/policy";
import { judgedPath } from "../request/path.ts";
import type { RoutedRequest } from "../request/routed-request.ts";
import { typedValue } from "./context-value.ts";
import { placeOf, type Route, type ServiceDefinition } from "./service-definition.ts";
import { parseTemplate, type Template, type TemplatePlace } from "./template.ts";

/** What a request asks for, in the policy language. */
export interface Asked {
  readonly action: string;
  /** All of them must be allowed: more than one where the path can be taken for either. */
  readonly resources: readonly [string, ...string[]];
  /** Undefined: the caller's own. */
  readonly account: string | undefined;
  readonly context: Readonly<Record<string, ContextValue>>;
}

/** Why a request cannot be put into words. It is then denied. */
export interface Unclear {
  readonly unclear: string;
}

/**
 * The request in the policy language: by its route's definition, else as API Gateway itself would name it. `isSigned` tells of a header
 * whether its value is the caller's: whoever holds a presigned request can add others.
 */
export function whatIsAsked(
  definition: ServiceDefinition | undefined,
  request: RoutedRequest,
  callerAccount: string,
  isSigned: (lowerCaseHeader: string) => boolean = () => true,
): Asked | Unclear {
  const route = definition && routeOf(definition, request);
  if (definition === undefined || route === undefined) return invocation(request, callerAccount);
  try {
    const host = hostLabels(definition, request);
    const read = (place: TemplatePlace) => valuesAt(place, request, host, isSigned);
    const account = accountOf(route, callerAccount, read);
    const { region } = request;
    const resource = filled(templateOf(route.resource), greedyNames(request.routeKey), read);
    return {
      action: route.action,
      resources: eitherWay(`arn:aws:${definition.service}:${region}:${account}:${resource}`),
      account,
      context: contextOf(route, read),
    };
  } catch (error) {
    if (error instanceof UnclearRequest) return { unclear: error.message };
    throw error;
  }
}

/** By its method first, then by `ANY`: of a route that takes any method, HTTP APIs tell `ANY` and REST APIs the request's method. */
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

/** AWS's own form (APIGW/api-gateway-control-access-using-iam-policies-to-invoke-api). */
export function invocation(
  { region, apiId, stage, method, path, routeKey }: RoutedRequest,
  account: string,
): Asked | Unclear {
  const start = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}`;
  const asked = { action: "execute-api:Invoke", account: undefined, context: {} };
  if (routeKey === "$connect") return { ...asked, resources: [`${start}/$connect`] };
  if (path === undefined) return { unclear: "the path can be read in more than one way" };
  const resource = `${start}/${method}${path}`;
  return { ...asked, resources: path === "/" ? [resource] : eitherWay(resource) };
}

/** Much that stands behind gateways takes `/p/` for `/p`, so it must be allowed either way. */
const eitherWay = (resource: string): Asked["resources"] =>
  resource.endsWith("/") ? [resource, resource.slice(0, -1)] : [resource];

class UnclearRequest extends Error {}

type Read = (place: TemplatePlace) => readonly string[];

function accountOf({ accountFrom }: Route, callerAccount: string, read: Read): string {
  if (accountFrom === undefined) return callerAccount;
  const [place] = templateOf(`{${accountFrom}}`);
  const account = place === undefined || typeof place === "string" ? undefined : read(place)[0];
  if (account === undefined || !/^\d{12}$/.test(account))
    throw new UnclearRequest(`the account in \`${accountFrom}\` is not 12 digits`);
  return account;
}

function filled(template: Template, greedy: ReadonlySet<string>, read: Read): string {
  return template
    .map((piece, at) => {
      if (typeof piece === "string") return piece;
      const [value, ...more] = read(piece);
      const named = `${piece.from} \`${piece.name}\``;
      if (value === undefined || value === "" || more.length > 0)
        throw new UnclearRequest(`the resource needs one value of ${named}`);
      // A comma joins repeated headers; a slash would end one part of the resource and begin another.
      if (piece.from === "header" && value.includes(","))
        throw new UnclearRequest(`the resource needs one value of ${named}`);
      if (value.includes("/") && !(piece.from === "path" && greedy.has(piece.name)))
        throw new UnclearRequest(`the value of ${named} holds a slash`);
      // What a value ends with must not be in it: `1-2` and `3` would be one resource with `1` and `2-3`.
      const end = separatorAfter(template, at);
      if (end !== undefined && value.includes(end))
        throw new UnclearRequest(`the value of ${named} holds what it ends with, \`${end}\``);
      // Whoever is behind may take `public/../secret` for `secret`, and what was judged would not be what is answered.
      if (piece.from === "path" && judgedPath(`/${value}`, false) === undefined)
        throw new UnclearRequest(`the value of ${named} can be read in more than one way`);
      return value;
    })
    .join("");
}

/** The character that tells where a value ends, if another comes after it; slashes are in no value but a greedy one's. */
function separatorAfter(template: Template, at: number): string | undefined {
  const next = template[at + 1];
  const isLast = template.slice(at + 1).every((piece) => typeof piece === "string");
  if (typeof next !== "string" || isLast || next.startsWith("/")) return undefined;
  return String.fromCodePoint(next.codePointAt(0) ?? 0);
}

function contextOf({ context = {} }: Route, read: Read): Record<string, ContextValue> {
  const found: [string, ContextValue][] = [];
  for (const [key, source] of Object.entries(context)) {
    const values = read(placeOf(source));
    if (values.length === 0) continue;
    const value = typedValue(values, source.type);
    if (value === undefined)
      throw new UnclearRequest(
        `condition key \`${key}\` is not one value of type ${source.type ?? "String"}`,
      );
    found.push([key, value]);
  }
  return Object.fromEntries(found);
}

function valuesAt(
  { from, name }: TemplatePlace,
  request: RoutedRequest,
  host: Readonly<Record<string, string>>,
  isSigned: (header: string) => boolean,
): readonly string[] {
  if (from === "query") return request.query(name);
  if (from === "header") {
    const values = request.header(name);
    if (values.length > 0 && !isSigned(name))
      throw new UnclearRequest(`header \`${name}\` is not signed`);
    return values;
  }
  if (from === "path" && request.pathParameters === undefined)
    throw new UnclearRequest("a path parameter can be read in more than one way");
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
  if (given.length !== wanted.length) throw new UnclearRequest("the host is not the service's");
  const labels: [string, string][] = [];
  for (const [index, label] of wanted.entries()) {
    const value = given[index] ?? "";
    if (label.startsWith("{") && /^[a-z0-9_-]{1,63}$/.test(value))
      labels.push([label.slice(1, -1), value]);
    else if (label !== value) throw new UnclearRequest("the host is not the service's");
  }
  return Object.fromEntries(labels);
}

const templates = new Map<string, Template>();

/** Templates come from definitions, so there are few of them. */
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
