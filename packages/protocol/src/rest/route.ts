import type { Operation, Service } from "../schema/service.ts";

export interface Routed {
  readonly operation: Operation;
  /** The labels of the URI, decoded, by member name. */
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * The operation of a method and raw path, with or without the prefix `/<service>` that one endpoint
 * for many services needs. Of several matches the one with the most literal segments is taken.
 * Returns undefined if there is none.
 */
export function routeOf(service: Service, method: string, path: string): Routed | undefined {
  const prefix = `/${service.name}`;
  const own = path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  const segments = own.split("/");
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

function match(
  template: readonly string[],
  segments: readonly string[],
): ReadonlyMap<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const labels = new Map<string, string>();
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? "";
    if (!part.startsWith("{")) {
      if (part !== segment) return undefined;
      continue;
    }
    const value = decode(segment);
    if (value === undefined || value === "") return undefined;
    labels.set(part.slice(1, -1), value);
  }
  return labels;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return undefined;
  }
}
