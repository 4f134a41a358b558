/**
 * The path by which the gateway routed a request. Events also have the stage and the base path of a
 * custom domain in their path (aws-powertools/powertools-lambda-python#576). With those, a deny of
 * `/p` would not apply to `/base/p`. Undefined where route, parameters and path do not agree.
 * @param path `unambiguousPath` of the event's path
 */
export function routedPath(
  path: string | undefined,
  {
    routeKey,
    pathParameters: parameters,
    stage,
  }: {
    /**
     * `GET /orders/{orderId}`. A route without a path, such as `$default`, has only the stage
     * removed.
     */
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
  // REST APIs route `/p/` as `/p`. The slash at the end still counts in the decision.
  return filled === "/" ? filled : [filled, `${filled}/`].find((one) => path.endsWith(one));
}

/** Removes the stage from a path. Only a named stage is in it: `$default` is not. */
export function withoutStage(path: string, stage: string): string {
  if (stage === "$default") return path;
  if (path === `/${stage}`) return "/";
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path;
}
