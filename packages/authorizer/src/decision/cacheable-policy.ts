import type { Caller } from "@portcullis/iam/caller";
import { type CompiledPolicy, matchesWildcard, type Statement } from "@portcullis/policy";
import { type ParsedRoute, parseRoute, type Segment } from "../request/route.ts";
import type { Route, ServiceDefinition } from "../service/service-definition.ts";
import { ANYTHING, literally, overlap, type PathToken, parameter } from "./overlap.ts";

/** A statement of an answer that API Gateway may keep: valid for every method and path of the caller. */
export interface KeptStatement {
  readonly effect: "Allow" | "Deny";
  /** `GET/orders/*`: what follows the stage in a method's ARN. */
  readonly methods: readonly string[];
}

export type KeptAnswer =
  | { readonly ok: true; readonly statements: readonly KeptStatement[] }
  /** What of the caller's policies an answer by path cannot express. */
  | { readonly ok: false; readonly reason: string };

export interface KeptAnswerOptions {
  /** Every route of the API: an allow by path must not reach one that it is not for. */
  readonly routes: readonly string[];
  readonly service: ServiceDefinition | undefined;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
}

/** Whether a statement or a policy is for all requests of a route, for none, or for some of them. */
type Extent = "all" | "some" | "none";

/**
 * The caller's permissions as an answer that may be kept, by the routes that are always allowed. It is compiled from the documents, so
 * whatever tells one request of a route from another (a condition, an order's id) has no place in it and is refused.
 */
export function keptAnswer(caller: Caller, options: KeptAnswerOptions): KeptAnswer {
  const parsed = options.routes.map(parseRoute);
  const allowed: ParsedRoute[] = [];
  const others: ParsedRoute[] = [];
  for (const route of parsed) {
    const extent = extentOf(caller, route, options);
    if (extent === "some")
      return {
        ok: false,
        reason: `the caller's policies allow \`${route.routeKey}\` for some requests only`,
      };
    (extent === "all" ? allowed : others).push(withOwnAccount(route, caller, options));
  }
  // A `*` in a policy spans slashes, so an allow of one route may reach others.
  const denied = others.flatMap((other) => {
    const reaching = allowed.filter((route) => overlap(patternOf(route), pathsOf(other)));
    return reaching.length === 0
      ? []
      : [howeverSpelled(other, Math.min(...reaching.map(plainSegments)))];
  });
  for (const other of denied) {
    const hit = allowed.find((route) => overlap(patternOf(other), pathsOf(route)));
    if (hit !== undefined)
      return {
        ok: false,
        reason: `an answer cannot tell \`${hit.routeKey}\` from \`${other.routeKey}\``,
      };
  }
  const statements: KeptStatement[] = [];
  const add = (effect: KeptStatement["effect"], routes: readonly ParsedRoute[]) => {
    if (routes.length > 0) statements.push({ effect, methods: routes.map(resourceOf) });
  };
  add("Allow", allowed);
  add("Deny", denied);
  if (allowed.length === 0) statements.push({ effect: "Deny", methods: ["*"] });
  return { ok: true, statements };
}

/** How much of a route the caller's policies allow; several kinds must allow, and any may deny. */
function extentOf(caller: Caller, route: ParsedRoute, options: KeptAnswerOptions): Extent {
  const { policies, principal, session } = caller;
  if (session?.passwordChangeOnly) return "none";
  const asked = askedBy(route, caller, options);
  if (asked === undefined) return "some";
  const gates: (readonly CompiledPolicy[])[] = [
    ...(policies.serviceControl ?? []),
    ...(policies.boundary === undefined ? [] : [policies.boundary]),
    ...(policies.session === undefined ? [] : [policies.session]),
    policies.identity,
  ];
  const says = (list: readonly CompiledPolicy[], effect: "Allow" | "Deny"): Extent =>
    union(
      list.flatMap(({ policy }) =>
        policy.statements
          .filter((statement) => statement.effect === effect)
          .map((statement) => statementExtent(statement, asked)),
      ),
    );
  const denied = union(gates.map((list) => says(list, "Deny")));
  if (denied === "all") return "none";
  const allows = gates.map((list) =>
    list === policies.identity && principal.type === "Root" ? "all" : says(list, "Allow"),
  );
  if (
    allows.includes("none") ||
    (principal.type === "FederatedUser" && policies.session === undefined)
  )
    return "none";
  return denied === "some" || allows.includes("some") ? "some" : "all";
}

const union = (extents: readonly Extent[]): Extent => {
  if (extents.includes("all")) return "all";
  return extents.includes("some") ? "some" : "none";
};

/** What a route asks for: an action, and a resource whose changing parts are at its end from `beginning` on. */
interface AskedByRoute {
  readonly action: string;
  /** The resource up to its first changing part. */
  readonly beginning: string;
  readonly changes: boolean;
}

/** Undefined: it depends on more than the path. */
function askedBy(
  { routeKey, method, segments }: ParsedRoute,
  { account }: Caller,
  { service, region, apiId, stage }: KeptAnswerOptions,
): AskedByRoute | undefined {
  const path = pathOf(routeKey);
  const defined = definedFor(routeKey, service);
  // Some of its methods have an action of their own.
  if (
    method === "ANY" &&
    Object.keys(service?.routes ?? {}).some((key) => key !== routeKey && key.endsWith(path))
  )
    return undefined;
  if (service === undefined || defined === undefined) {
    const start = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/`;
    if (method === "ANY") return { action: "execute-api:Invoke", beginning: start, changes: true };
    const at = plainSegments({ segments });
    const changes = at < segments.length;
    const path = [...segments.slice(0, at).map(textOf), ...(changes ? [""] : [])].join("/");
    return { action: "execute-api:Invoke", beginning: `${start}${method}/${path}`, changes };
  }
  if (service.host !== undefined || defined.accountFrom?.startsWith("host.")) return undefined;
  const at = defined.resource.indexOf("{");
  const fixed = at === -1 ? defined.resource : defined.resource.slice(0, at);
  return {
    action: defined.action,
    beginning: `arn:aws:${service.service}:${region}:${account}:${fixed}`,
    changes: at !== -1,
  };
}

const pathOf = (routeKey: string): string => routeKey.slice(routeKey.indexOf(" "));

/** As `whatIsAsked` finds it. */
const definedFor = (routeKey: string, service: ServiceDefinition | undefined): Route | undefined =>
  service?.routes[routeKey] ?? service?.routes[`ANY${pathOf(routeKey)}`];

const textOf = (segment: Segment): string => (segment.kind === "literal" ? segment.text : "");

function statementExtent({ action, resource, condition }: Statement, asked: AskedByRoute): Extent {
  const name = asked.action.toLowerCase();
  const named = action.patterns.some((pattern) => matchesWildcard(pattern.toLowerCase(), name));
  if (named !== (action.match === "only")) return "none";
  const covered = union(
    (resource?.patterns ?? ["*"]).map((pattern) => patternExtent(pattern, asked)),
  );
  const extent = resource?.match === "except" ? OPPOSITE[covered] : covered;
  // Whether a condition holds may change from request to request.
  return extent === "none" || condition.length === 0 ? extent : "some";
}

const OPPOSITE = { all: "none", some: "some", none: "all" } as const;

/**
 * Sure of "all" and "none" only where it is plain: parts of an ARN one by one, and behind the fifth colon a beginning and a `*`. A
 * wildcard before may also reach over colons where a match takes rights away, so what it misses is "some".
 */
function patternExtent(pattern: string, { beginning, changes }: AskedByRoute): Extent {
  const flat = (): Extent => (compatible(plainBeginning(pattern), beginning) ? "some" : "none");
  if (pattern.includes("${")) return flat();
  const wanted = splitArn(pattern);
  const asked = splitArn(beginning);
  if (wanted === undefined || asked === undefined) {
    const plain = plainBeginning(pattern);
    return pattern.slice(plain.length) === "*" && beginning.startsWith(plain) ? "all" : flat();
  }
  if (!wanted.head.every((part, at) => matchesWildcard(part, asked.head[at] ?? ""))) return flat();
  const plain = plainBeginning(wanted.resource);
  const missed = wanted.head.some((part) => /[*?]/.test(part)) ? "some" : "none";
  if (!changes) return matchesWildcard(wanted.resource, asked.resource) ? "all" : missed;
  if (wanted.resource.slice(plain.length) === "*" && asked.resource.startsWith(plain)) return "all";
  return compatible(plain, asked.resource) ? "some" : missed;
}

const plainBeginning = (pattern: string): string => /^[^*?$]*/.exec(pattern)?.[0] ?? "";

const compatible = (one: string, other: string): boolean =>
  one.startsWith(other) || other.startsWith(one);

/** At its first five colons; undefined where there are fewer. */
function splitArn(
  text: string,
): { readonly head: readonly string[]; readonly resource: string } | undefined {
  const parts = text.split(":");
  return parts.length < 6
    ? undefined
    : { head: parts.slice(0, 5), resource: parts.slice(5).join(":") };
}

/** A resource in an account that the path names is the caller's own, or nobody's: accounts do not share without a resource policy. */
function withOwnAccount(
  route: ParsedRoute,
  { account }: Caller,
  { service }: KeptAnswerOptions,
): ParsedRoute {
  const accountFrom = definedFor(route.routeKey, service)?.accountFrom;
  if (accountFrom === undefined) return route;
  const segments = route.segments.map(
    (segment): Segment =>
      segment.kind !== "literal" && segment.name === accountFrom
        ? { kind: "literal", text: account }
        : segment,
  );
  return { ...route, segments };
}

/** The paths that a route is for, each after its method. */
const pathsOf = ({ method, segments }: ParsedRoute): readonly PathToken[] => [
  ...(method === "ANY" ? parameter(false) : literally(method)),
  ...segments.flatMap((segment) => [
    ...literally("/"),
    ...(segment.kind === "literal"
      ? literally(segment.text)
      : parameter(segment.kind === "greedy")),
  ]),
];

/** The same as a policy's resource has it, where a parameter becomes a `*`. */
const patternOf = ({ method, segments }: ParsedRoute): readonly PathToken[] => [
  ...(method === "ANY" ? [ANYTHING] : literally(method)),
  ...segments.flatMap((segment) => [
    ...literally("/"),
    ...(segment.kind === "literal" ? literally(segment.text) : [ANYTHING]),
  ]),
];

/** How many segments a route begins with that are plain text. */
const plainSegments = ({ segments }: Pick<ParsedRoute, "segments">): number => {
  const at = segments.findIndex(({ kind }) => kind !== "literal");
  return at === -1 ? segments.length : at;
};

/**
 * The route with anything for its text from a segment on. Where an allowed route has a `*`, `%69tems` gets by a denied `items`: answers are
 * held against paths as they came, and whether a gateway routes by them decoded, it does not tell.
 */
const howeverSpelled = (route: ParsedRoute, from: number): ParsedRoute => ({
  ...route,
  segments: route.segments.map((segment, at) =>
    at >= from && segment.kind === "literal" ? { kind: "parameter", name: segment.text } : segment,
  ),
});

/** After the gateway's own `arn:aws:execute-api:<region>:<account>:<api>/<stage>/`. */
function resourceOf({ method, segments }: ParsedRoute): string {
  const path = segments
    .map((segment) => (segment.kind === "literal" ? segment.text : "*"))
    .join("/");
  return `${method === "ANY" ? "*" : method}/${path}`;
}
