import type { ParsedRoute } from "../request/route.ts";
import { ANYTHING, literally, type PathToken, parameter } from "./overlap.ts";

/** The paths that a route is for, each after its method. */
export const pathsOf = ({ method, segments }: ParsedRoute): readonly PathToken[] => [
  ...(method === "ANY" ? parameter(false) : literally(method)),
  ...segments.flatMap((segment) => [
    ...literally("/"),
    ...(segment.kind === "literal"
      ? literally(segment.text)
      : parameter(segment.kind === "greedy")),
  ]),
];

/** The same as a policy's resource has it, where a parameter becomes a `*`. */
export const patternOf = ({ method, segments }: ParsedRoute): readonly PathToken[] => [
  ...(method === "ANY" ? [ANYTHING] : literally(method)),
  ...segments.flatMap((segment) => [
    ...literally("/"),
    ...(segment.kind === "literal" ? literally(segment.text) : [ANYTHING]),
  ]),
];

/** How many literal segments a route begins with. */
export const literalSegments = ({ segments }: Pick<ParsedRoute, "segments">): number => {
  const at = segments.findIndex(({ kind }) => kind !== "literal");
  return at === -1 ? segments.length : at;
};

/**
 * The route with a slash at the end of its paths. The root's path is a slash already, which its
 * segments do not have.
 */
export const withLastSlash = (route: ParsedRoute): ParsedRoute => ({
  ...route,
  segments: [...route.segments, { kind: "literal", text: "" }],
});

/**
 * The route with any text for its literal segments from one on. Where an allowed route has a `*`,
 * `%69tems` would pass a deny of `items`: API Gateway compares cached answers with paths as they
 * came, and does not document whether it routes by them decoded.
 */
export const anySpelling = (route: ParsedRoute, from: number): ParsedRoute => ({
  ...route,
  segments: route.segments.map((segment, at) =>
    at >= from && segment.kind === "literal" && segment.text !== ""
      ? { kind: "parameter", name: segment.text }
      : segment,
  ),
});

/**
 * What follows `arn:aws:execute-api:<region>:<account>:<api>/<stage>/` in a policy for the route.
 */
export function methodPattern({ method, segments }: ParsedRoute): string {
  const path = segments
    .map((segment) => (segment.kind === "literal" ? segment.text : "*"))
    .join("/");
  return `${method === "ANY" ? "*" : method}/${path}`;
}
