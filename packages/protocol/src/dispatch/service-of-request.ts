import { isServiceName, SERVICES, type ServiceName } from "../schema/services.ts";

/** The parts of a request that name its service. */
export interface Addressed {
  /** The `X-Amz-Target` header. */
  readonly target?: string | undefined;
  /** The `Authorization` header. */
  readonly authorization?: string | undefined;
  /** The raw query string, without `?`. */
  readonly rawQuery: string;
  readonly body: string;
}

/**
 * The service of a request to an endpoint that all services share: by its target, else by the
 * service of its credential scope, else by the API version of its query parameters. So a request
 * whose scope names an unknown service still reaches the service that can say so.
 * Returns undefined if nothing names a service. Verifies nothing.
 */
export function serviceOfRequest(request: Addressed): ServiceName | undefined {
  return (
    byTarget(request.target ?? "") ??
    byScope(request.authorization, request.rawQuery) ??
    byVersion(request.rawQuery) ??
    byVersion(request.body)
  );
}

const NAMES = Object.keys(SERVICES).filter(isServiceName);

function byTarget(target: string): ServiceName | undefined {
  return NAMES.find((name) => {
    const { wire } = SERVICES[name];
    return (
      wire.protocol === "json" && wire.targets.some((prefix) => target.startsWith(`${prefix}.`))
    );
  });
}

function byScope(authorization: string | undefined, rawQuery: string): ServiceName | undefined {
  const credential =
    authorization === undefined
      ? /(?:^|&)X-Amz-Credential=([^&]*)/.exec(rawQuery)?.[1]?.replace(/%2F/gi, "/")
      : /Credential=([^\s,]*)/.exec(authorization)?.[1];
  const [, , , service = ""] = credential?.split("/") ?? [];
  return isServiceName(service) ? service : undefined;
}

function byVersion(parameters: string): ServiceName | undefined {
  const version = /(?:^|&)Version=([^&]*)/.exec(parameters)?.[1];
  return NAMES.find(
    (name) => SERVICES[name].wire.protocol === "query" && SERVICES[name].version === version,
  );
}

/** Whether a service's requests have paths of their own, as in REST protocols. */
export function hasPaths(name: ServiceName): boolean {
  return SERVICES[name].wire.protocol === "rest-json";
}
