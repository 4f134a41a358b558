/**
 * The path by which the gateway routed a request, without what it put before: a stage, and the base path of a domain of one's own, which
 * events have in their path (aws-powertools/powertools-lambda-python#576). Judged by the longer one, a deny of `/p` would not hold at
 * `/base/p`. Undefined where route, parameters and path do not agree.
 *
 * @param path the judged path, as the event has it
 */
export function routedPath(
  path: string | undefined,
  {
    routeKey,
    pathParameters: parameters,
    stage,
  }: {
    /** `GET /orders/{orderId}`; for a route without a path, such as `$default`, there is only the stage to take off. */
    readonly routeKey: string;
    /** Decoded. */
    readonly pathParameters: Readonly<Record<string, string | undefined>> | undefined;
    readonly stage: string;
  },
): string | undefined {
  const route = routeKey.slice(routeKey.indexOf(" ") + 1);
  if (path === undefined || !route.startsWith("/")) return path && withoutStage(path, stage);
  if (parameters === undefined) return undefined;
  let whole = true;
  const filled = route.replace(/\{([^{}+]+)\+?\}/g, (_, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    whole &&= value !== undefined;
    return value ?? "";
  });
  if (!whole) return undefined;
  // REST APIs route `/p/` as `/p`; that it ended so is still judged.
  return filled === "/" ? filled : [filled, `${filled}/`].find((one) => path.endsWith(one));
}

/** The path of a named stage begins with the stage's name; the one without a name, `$default`, is in no path. */
export function withoutStage(path: string, stage: string): string {
  if (stage === "$default") return path;
  if (path === `/${stage}`) return "/";
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path;
}
