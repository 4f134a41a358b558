import type { Caller } from "@portcullis/iam/caller";
import type { ParsedRoute } from "../request/route.ts";
import { parseRoute } from "../request/route.ts";
import { overlap } from "./overlap.ts";
import {
  grantedRequests,
  type RouteCoverageOptions,
  withCallersAccount,
} from "./route-coverage.ts";
import {
  anySpelling,
  literalSegments,
  methodPattern,
  pathsOf,
  patternOf,
  withLastSlash,
} from "./route-pattern.ts";

/** A statement of an answer that API Gateway may cache: valid for every request of the caller. */
export interface CacheableStatement {
  readonly effect: "Allow" | "Deny";
  /** `GET/orders/*`: what follows the stage in a method's ARN. */
  readonly methods: readonly string[];
}

export type CacheablePolicy =
  | { readonly ok: true; readonly statements: readonly CacheableStatement[] }
  /** What of the caller's policies an answer by path cannot express. */
  | { readonly ok: false; readonly reason: string };

export interface CacheablePolicyOptions extends RouteCoverageOptions {
  /** Every route of the API: an allow by path must not match one that is denied. */
  readonly routes: readonly string[];
}

/**
 * The caller's permissions as an answer that may be cached: the routes of which every request is
 * allowed. It is compiled from the policies. It is refused where requests of one route differ, by a
 * condition or by an order's id.
 */
export function cacheablePolicy(caller: Caller, options: CacheablePolicyOptions): CacheablePolicy {
  const allowed: ParsedRoute[] = [];
  const others: ParsedRoute[] = [];
  for (const route of options.routes.map(parseRoute)) {
    const granted = grantedRequests(caller, route, options);
    if (granted === "some")
      return {
        ok: false,
        reason: `the caller's policies allow \`${route.routeKey}\` for some requests only`,
      };
    const own = withCallersAccount(route, caller, options);
    const isRoot = own.segments.length === 0;
    // API Gateway takes `/p/` for the route of `/p` (aws-powertools/powertools-lambda-python#1552),
    // and an allow of `/p/*` matches it.
    if (granted !== "all") others.push(...(isRoot ? [] : [own]), withLastSlash(own));
    else allowed.push(isRoot ? withLastSlash(own) : own);
  }
  // A `*` in a policy spans slashes, so an allow of one route may match paths of others.
  const denied = others.flatMap((other) => {
    const matching = allowed.filter((route) => overlap(patternOf(route), pathsOf(other)));
    return matching.length === 0
      ? []
      : [anySpelling(other, Math.min(...matching.map(literalSegments)))];
  });
  for (const other of denied) {
    const hit = allowed.find((route) => overlap(patternOf(other), pathsOf(route)));
    if (hit !== undefined)
      return {
        ok: false,
        reason: `an answer cannot tell \`${hit.routeKey}\` from \`${other.routeKey}\``,
      };
  }
  const statement = (
    effect: CacheableStatement["effect"],
    routes: readonly ParsedRoute[],
  ): readonly CacheableStatement[] =>
    routes.length === 0 ? [] : [{ effect, methods: withoutCovered(routes.map(methodPattern)) }];
  if (allowed.length === 0) return { ok: true, statements: [{ effect: "Deny", methods: ["*"] }] };
  return { ok: true, statements: [...statement("Allow", allowed), ...statement("Deny", denied)] };
}

/** A `*` at the end matches a slash as well. The gateway limits the size of an answer. */
const withoutCovered = (methods: readonly string[]): readonly string[] =>
  methods.filter((one) => !(one.endsWith("*/") && methods.includes(one.slice(0, -1))));
