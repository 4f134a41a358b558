import { resolveRequest } from "@portcullis/authorizer/resolve-request";
import { createRouter } from "@portcullis/authorizer/route";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import type { ContextValue } from "@portcullis/policy";
import { InputFault } from "../input-fault.ts";

/** What a request asks for. All of the resources must be allowed. */
export interface Requested {
  readonly action: string;
  readonly resources: readonly string[];
  readonly account: string | undefined;
  readonly context: Readonly<Record<string, ContextValue>>;
}

export interface RequestOptions {
  readonly definitions: readonly ServiceDefinition[];
  readonly account: string;
  readonly region: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Reads `GET /orders/7` by the service definitions, or `orders:GetOrder <resource>`.
 * @throws {InputFault} if it is neither, or no definition has its route
 */
export function requestedBy(text: string, options: RequestOptions): Requested {
  const [first = "", second, ...more] = text.trim().split(/\s+/);
  if (second === undefined || more.length > 0)
    throw new InputFault(
      `Request \`${text}\` must be a method and a path, or an action and a resource.`,
    );
  if (/^[A-Z]+$/.test(first) && second.startsWith("/")) return routed(first, second, options);
  if (!/^[\w.-]+:[\w-]+$/.test(first))
    throw new InputFault(`\`${first}\` is no action: it must be written service:Action.`);
  if (second !== "*" && second.split(":").length < 6)
    throw new InputFault(`\`${second}\` is no resource: it must be an ARN, or \`*\`.`);
  return { action: first, resources: [second], account: undefined, context: {} };
}

function routed(
  method: string,
  target: string,
  { definitions, account, region, headers = {} }: RequestOptions,
): Requested {
  if (definitions.length === 0)
    throw new InputFault(`Request \`${method} ${target}\` needs a service definition.`);
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  const lines = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  for (const definition of definitions) {
    const match = createRouter(Object.keys(definition.routes))(method, path);
    if (match === undefined) continue;
    const resolved = resolveRequest(
      definition,
      {
        method,
        path,
        routeKey: match.routeKey,
        pathParameters: decoded(match.pathParameters),
        query: (name) => new URLSearchParams(query).getAll(name),
        header: (name) => lines.flatMap(([own, value]) => (own === name ? [value] : [])),
        apiId: definition.service,
        stage: "$default",
        region,
      },
      account,
    );
    if ("unresolved" in resolved)
      throw new InputFault(
        `Request \`${method} ${target}\` is always denied: ${resolved.unresolved}.`,
      );
    return resolved;
  }
  throw new InputFault(`No service definition has a route for \`${method} ${target}\`.`);
}

function decoded(
  parameters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
