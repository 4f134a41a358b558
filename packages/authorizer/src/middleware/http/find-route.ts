import { unambiguousPath } from "../../request/path.ts";
import { createRouter, parseRoute, type RouteMatch, type Router } from "../../request/route.ts";
import { routesWithPath, type ServiceDefinition } from "../../service/service-definition.ts";

/**
 * Finds the definition's route of a request. Undefined for a path that no route has, and for one
 * that a framework may route differently: Express ignores case, Hono matches decoded paths, so
 * `/invoices/Summary` is not the invoice `Summary` if there is a route `/invoices/summary`.
 * A HEAD request has the route of GET, unless it has its own.
 */
export function routeFinder(service: ServiceDefinition): Router {
  const routeKeys = routesWithPath(service);
  const exact = createRouter(routeKeys);
  const originals = new Map(routeKeys.map((routeKey) => [folded(routeKey), routeKey]));
  const loose = createRouter([...originals.keys()]);

  const find = (method: string, path: string): RouteMatch | undefined => {
    const found = exact(method, path);
    const decoded = unambiguousPath(path, true);
    if (found === undefined || decoded === undefined) return undefined;
    const other = loose(method, decoded.toLowerCase())?.routeKey;
    return other !== undefined && originals.get(other) === found.routeKey ? found : undefined;
  };
  return (method, path) =>
    find(method, path) ?? (method === "HEAD" ? find("GET", path) : undefined);
}

/** The route key with its plain segments in lower case. */
function folded(routeKey: string): string {
  const { method, segments } = parseRoute(routeKey);
  const path = segments.map((segment) => {
    if (segment.kind === "literal") return segment.text.toLowerCase();
    return segment.kind === "greedy" ? `{${segment.name}+}` : `{${segment.name}}`;
  });
  return `${method} /${path.join("/")}`;
}
