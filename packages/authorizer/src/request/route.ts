/** The route that a gateway found for a request, and the parameters as they are in its path. */
export interface RouteMatch {
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type Router = (method: string, path: string) => RouteMatch | undefined;

/** A parsed route key, such as `GET /orders/{orderId}` or `ANY /files/{path+}`. */
export interface ParsedRoute {
  readonly routeKey: string;
  /** `ANY` stands for every method. */
  readonly method: string;
  readonly segments: readonly Segment[];
}

export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  /** Exactly one segment, not empty. */
  | { readonly kind: "parameter"; readonly name: string }
  /** The rest of the path, at least one segment. */
  | { readonly kind: "greedy"; readonly name: string };

const ROUTE_KEY = /^([A-Z]+) (\/\S*)$/;
const PARAMETER = /^\{([A-Za-z0-9_.-]+)(\+?)\}$/;

/** Parses a route key. @throws {TypeError} when no gateway could route by it */
export function parseRoute(routeKey: string): ParsedRoute {
  const [, method, path] = ROUTE_KEY.exec(routeKey) ?? [];
  if (method === undefined || path === undefined)
    throw new TypeError(
      `route \`${routeKey}\` must be a method and a path, such as \`GET /orders/{orderId}\``,
    );
  const segments = path === "/" ? [] : path.slice(1).split("/").map(segmentOf);
  const names = segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
  const faults = [
    segments.some((segment) => segment.kind === "literal" && segment.text === "") &&
      "an empty segment",
    segments.some((segment) => segment.kind === "literal" && /[{}*]/.test(segment.text)) &&
      "a segment that is neither a parameter nor plain text",
    segments.slice(0, -1).some(({ kind }) => kind === "greedy") &&
      "a greedy parameter before its end",
    new Set(names).size < names.length && "the same parameter twice",
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new TypeError(`route \`${routeKey}\` has ${faults.join(" and ")}`);
  return { routeKey, method, segments };
}

function segmentOf(text: string): Segment {
  const [, name, plus] = PARAMETER.exec(text) ?? [];
  if (name === undefined) return { kind: "literal", text };
  return { kind: plus === "+" ? "greedy" : "parameter", name };
}

/**
 * Finds the route of a request as an HTTP API does (APIGW/http-api-develop-routes): by whole
 * segments, the more literal route first, a method before `ANY`. Nothing in the path is decoded or
 * normalized.
 */
export function createRouter(routeKeys: readonly string[]): Router {
  const routes = routeKeys.map(parseRoute).sort(bySpecificity);
  return (method, path) => {
    if (!path.startsWith("/")) return undefined;
    const segments = path === "/" ? [] : path.slice(1).split("/");
    for (const route of routes) {
      if (route.method !== method && route.method !== "ANY") continue;
      const pathParameters = matchSegments(route.segments, segments);
      if (pathParameters !== undefined) return { routeKey: route.routeKey, pathParameters };
    }
    return undefined;
  };
}

const RANK = { literal: 0, parameter: 1, greedy: 2 } as const;

function bySpecificity(one: ParsedRoute, other: ParsedRoute): number {
  for (let at = 0; at < Math.max(one.segments.length, other.segments.length); at++) {
    const difference =
      RANK[one.segments[at]?.kind ?? "literal"] - RANK[other.segments[at]?.kind ?? "literal"];
    if (difference !== 0) return difference;
  }
  return Number(one.method === "ANY") - Number(other.method === "ANY");
}

function matchSegments(
  pattern: readonly Segment[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const greedy = pattern.at(-1)?.kind === "greedy";
  if (greedy ? segments.length < pattern.length : segments.length !== pattern.length)
    return undefined;
  const parameters: [string, string][] = [];
  for (const [index, wanted] of pattern.entries()) {
    const given = segments[index] ?? "";
    if (wanted.kind === "literal") {
      if (wanted.text !== given) return undefined;
      continue;
    }
    const value = wanted.kind === "greedy" ? segments.slice(index).join("/") : given;
    if (value === "") return undefined;
    parameters.push([wanted.name, value]);
  }
  return Object.fromEntries(parameters);
}
