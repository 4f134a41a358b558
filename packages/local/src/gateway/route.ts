/** A route of an HTTP API: its key, such as `GET /orders/{orderId}`, taken apart. */
interface ParsedRoute {
  readonly routeKey: string;
  readonly method: string;
  readonly segments: readonly string[];
}

export interface RouteMatch {
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request as an HTTP API does: whole segments, parameters not empty, literal segments before parameters. */
export function createRouter(routeKeys: readonly string[]): (method: string, rawPath: string) => RouteMatch | undefined {
  const routes = routeKeys.map(parseRoute).sort((one, other) => parametersOf(one) - parametersOf(other));
  return (method, rawPath) => {
    const segments = rawPath.split("/").slice(1);
    for (const route of routes) {
      if (route.method !== method && route.method !== "ANY") continue;
      const pathParameters = matchSegments(route.segments, segments);
      if (pathParameters !== undefined) return { routeKey: route.routeKey, pathParameters };
    }
    return undefined;
  };
}

function parseRoute(routeKey: string): ParsedRoute {
  const [method = "", path = ""] = routeKey.split(" ");
  return { routeKey, method, segments: path.split("/").slice(1) };
}

const parametersOf = ({ segments }: ParsedRoute): number => segments.filter((segment) => segment.startsWith("{")).length;

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const given = segments[index] ?? "";
    if (!wanted.startsWith("{")) {
      if (wanted !== given) return undefined;
      continue;
    }
    const value = decoded(given);
    if (value === undefined || value === "") return undefined;
    parameters[wanted.slice(1, -1)] = value;
  }
  return parameters;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
