import type { HttpOperation, Operation, Service } from "../schema/service.ts";
import { MAX_URL_PART_CHARACTERS } from "./query-string.ts";

export interface Routed {
  readonly operation: Operation;
  /** The labels of the URI, decoded, by member name. */
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * The operation of a method and path, with or without the prefix `/<service>` that one endpoint for
 * many services needs. Of several matches the one with the most literal segments is taken.
 * Returns undefined if there is none.
 *
 * The path may be as on the wire, or decoded as HTTP APIs hand it over. No label of these services
 * contains a percent sign, so decoding twice changes nothing. A decoded ARN contains slashes, so a
 * label at the end takes all remaining segments if no template has their number.
 */
export function routeOf(service: Service, method: string, path: string): Routed | undefined {
  if (path.length > MAX_URL_PART_CHARACTERS) return undefined;
  const segments = path.slice(prefixOf(service, path).length).split("/");
  return (
    bestMatch(service, method, segments, matchExactly) ??
    bestMatch(service, method, segments, matchWithRest)
  );
}

/**
 * The path of the same route with its labels encoded as SDKs do, and the same prefix.
 * Returns undefined if there is no route.
 */
export function encodedPath(service: Service, method: string, path: string): string | undefined {
  const routed = routeOf(service, method, path);
  if (routed?.operation.http === undefined) return undefined;
  return prefixOf(service, path) + fill(routed.operation.http, routed.labels);
}

function prefixOf({ name }: Service, path: string): string {
  const prefix = `/${name}`;
  return path === prefix || path.startsWith(`${prefix}/`) ? prefix : "";
}

type Match = (
  template: readonly string[],
  segments: readonly string[],
) => ReadonlyMap<string, string> | undefined;

function bestMatch(
  service: Service,
  method: string,
  segments: readonly string[],
  match: Match,
): Routed | undefined {
  let best: { readonly routed: Routed; readonly literals: number } | undefined;
  for (const operation of service.operations.values()) {
    if (operation.http?.method !== method) continue;
    const template = operation.http.uri.split("/");
    const labels = match(template, segments);
    if (labels === undefined) continue;
    const literals = template.length - labels.size;
    if (best === undefined || literals > best.literals)
      best = { routed: { operation, labels }, literals };
  }
  return best?.routed;
}

const matchExactly: Match = (template, segments) => {
  if (template.length !== segments.length) return undefined;
  const labels = new Map<string, string>();
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? "";
    if (!isLabel(part)) {
      if (part !== segment) return undefined;
      continue;
    }
    const value = decode(segment);
    if (value === undefined || value === "") return undefined;
    labels.set(part.slice(1, -1), value);
  }
  return labels;
};

const matchWithRest: Match = (template, segments) => {
  if (segments.length <= template.length || !isLabel(template.at(-1) ?? "")) return undefined;
  const rest = segments.slice(template.length - 1);
  // Only of ARNs, so that `/analyzer/a/b` is no analyzer.
  if (rest[0]?.startsWith("arn:") !== true) return undefined;
  return matchExactly(template, [...segments.slice(0, template.length - 1), rest.join("/")]);
};

const isLabel = (part: string): boolean => part.startsWith("{");

function fill({ uri }: HttpOperation, labels: ReadonlyMap<string, string>): string {
  return uri.replace(/\{([^{}]+)\}/g, (_, name: string) => encode(labels.get(name) ?? ""));
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return undefined;
  }
}
