import type { Caller } from "@portcullis/iam/caller";
import { mustChangePasswordFirst } from "@portcullis/iam/password-change";
import {
  type CompiledPolicy,
  type Coverage,
  coverage,
  type RequestFamily,
  widest,
} from "@portcullis/policy";
import type { ParsedRoute, Segment } from "../request/route.ts";
import type { Route, ServiceDefinition } from "../service/service-definition.ts";
import { literalSegments } from "./route-pattern.ts";

export interface RouteCoverageOptions {
  readonly service: ServiceDefinition | undefined;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
}

/** How many requests of a route the caller's policies allow. */
export function grantedRequests(
  caller: Caller,
  route: ParsedRoute,
  options: RouteCoverageOptions,
): Coverage {
  const { policies, principal } = caller;
  const family = familyOf(route, caller, options);
  if (family === undefined) return "some";
  if (mustChangePasswordFirst(caller, family.action)) return "none";
  // Each list must allow, and any may deny.
  const lists: (readonly CompiledPolicy[])[] = [
    ...(policies.serviceControl ?? []),
    ...(policies.boundary === undefined ? [] : [policies.boundary]),
    ...(policies.session === undefined ? [] : [policies.session]),
    policies.identity,
  ];
  const denied = widest(lists.map((list) => coverage(list, "Deny", family)));
  if (denied === "all") return "none";
  const allowed = lists.map((list) =>
    list === policies.identity && principal.type === "Root"
      ? "all"
      : coverage(list, "Allow", family),
  );
  if (
    allowed.includes("none") ||
    (principal.type === "FederatedUser" && policies.session === undefined)
  )
    return "none";
  return denied === "some" || allowed.includes("some") ? "some" : "all";
}

/**
 * The requests of a route, in the policy language. Undefined: they depend on more than the path.
 */
function familyOf(
  { routeKey, method, segments }: ParsedRoute,
  { account }: Caller,
  { service, region, apiId, stage }: RouteCoverageOptions,
): RequestFamily | undefined {
  const path = pathOf(routeKey);
  const defined = definitionOf(routeKey, service);
  // Some of its methods have an action of their own.
  if (
    method === "ANY" &&
    Object.keys(service?.routes ?? {}).some((key) => key !== routeKey && key.endsWith(path))
  )
    return undefined;
  if (service === undefined || defined === undefined) {
    const action = "execute-api:Invoke";
    const start = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/`;
    if (method === "ANY") return { action, resource: start, isPrefix: true };
    const at = literalSegments({ segments });
    const isPrefix = at < segments.length;
    const literal = [...segments.slice(0, at).map(textOf), ...(isPrefix ? [""] : [])].join("/");
    return { action, resource: `${start}${method}/${literal}`, isPrefix };
  }
  if (service.host !== undefined || defined.accountFrom?.startsWith("host.")) return undefined;
  const at = defined.resource.indexOf("{");
  const literal = at === -1 ? defined.resource : defined.resource.slice(0, at);
  return {
    action: defined.action,
    resource: `arn:aws:${service.service}:${region}:${account}:${literal}`,
    isPrefix: at !== -1,
  };
}

/**
 * The route with the caller's account for the parameter that names the resource's account. Accounts
 * do not share without a resource policy, and an API with one caches no answers.
 */
export function withCallersAccount(
  route: ParsedRoute,
  { account }: Caller,
  { service }: RouteCoverageOptions,
): ParsedRoute {
  const accountFrom = definitionOf(route.routeKey, service)?.accountFrom;
  if (accountFrom === undefined) return route;
  const segments = route.segments.map(
    (segment): Segment =>
      segment.kind !== "literal" && segment.name === accountFrom
        ? { kind: "literal", text: account }
        : segment,
  );
  return { ...route, segments };
}

const pathOf = (routeKey: string): string => routeKey.slice(routeKey.indexOf(" "));

/** As `resolveRequest` finds it. */
const definitionOf = (
  routeKey: string,
  service: ServiceDefinition | undefined,
): Route | undefined => service?.routes[routeKey] ?? service?.routes[`ANY${pathOf(routeKey)}`];

const textOf = (segment: Segment): string => (segment.kind === "literal" ? segment.text : "");
