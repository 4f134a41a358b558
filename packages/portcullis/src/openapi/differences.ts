import { type ParsedRoute, parseRoute } from "@portcullis/authorizer/route";
import type { Route, ServiceDefinition } from "@portcullis/authorizer/service-definition";
import type { ApiOperation } from "./api-operation.ts";
import type { ApiDocument } from "./document.ts";
import { accessLevelOf } from "./to-definition.ts";

export type DifferenceKind =
  | "MISSING_ROUTE"
  | "UNKNOWN_ROUTE"
  | "PUBLIC_ROUTE"
  | "OTHER_ACTION"
  | "OTHER_RESOURCE"
  | "OTHER_ACCOUNT"
  | "OTHER_ACCESS_LEVEL";

export interface Difference {
  readonly kind: DifferenceKind;
  readonly routeKey: string;
  readonly message: string;
  /** In the document; 1 for what is only in the definition. */
  readonly line: number;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Operations that need a permission, and those of them that the definition has a route for. */
  readonly operations: number;
  readonly covered: number;
}

/**
 * Compares a document with a definition. Routes are the same if a gateway can't tell them apart,
 * whatever their parameters are called. Actions, resources and access levels are compared where the
 * document names them by extensions.
 */
export function compare(document: ApiDocument, definition: ServiceDefinition): Comparison {
  const routes = new Map(
    Object.entries(definition.routes)
      .filter(([routeKey]) => routeKey !== "$connect")
      .map(([routeKey, route]) => [shapeOf(parseRoute(routeKey)), { routeKey, route }]),
  );
  const used = new Set<string>();
  const differences: Difference[] = [];
  let covered = 0;
  for (const operation of document.operations) {
    const parsed = tryParse(operation.routeKey);
    const found =
      parsed && (routes.get(shapeOf(parsed)) ?? routes.get(shapeOf({ ...parsed, method: "ANY" })));
    if (found !== undefined) used.add(found.routeKey);
    if (found !== undefined && !operation.isPublic) covered++;
    differences.push(...differencesOf(document, operation, found?.route));
  }
  for (const routeKey of Object.keys(definition.routes)) {
    if (routeKey === "$connect" || used.has(routeKey)) continue;
    const message = `${routeKey} is in the definition, and not in ${document.path}.`;
    differences.push({ kind: "UNKNOWN_ROUTE", routeKey, message, line: 1 });
  }
  const operations = document.operations.filter(({ isPublic }) => !isPublic).length;
  return { differences, operations, covered };
}

function* differencesOf(
  { path }: ApiDocument,
  operation: ApiOperation,
  route: Route | undefined,
): Iterable<Difference> {
  const { routeKey, isPublic, extensions } = operation;
  const difference = (kind: DifferenceKind, message: string): Difference => ({
    kind,
    routeKey,
    message: `${routeKey} ${message}`,
    line: operation.line(),
  });
  if (route === undefined) {
    if (!isPublic) yield difference("MISSING_ROUTE", "has no route in the definition.");
    return;
  }
  if (isPublic)
    yield difference("PUBLIC_ROUTE", "is open to everybody here, and protected by the definition.");
  const action = extensions.get("action");
  const other = (what: string, here: string, there: string) =>
    `has the ${what} \`${here}\` here, and \`${there}\` in the definition.`;
  if (action !== undefined && action.replace(/^.*:/, "") !== route.action.replace(/^.*:/, ""))
    yield difference("OTHER_ACTION", other("action", action, route.action));
  const resource = extensions.get("resource");
  if (resource !== undefined && resource !== route.resource)
    yield difference("OTHER_RESOURCE", other("resource", resource, route.resource));
  const account = extensions.get("account-from");
  if (account !== undefined && account !== route.accountFrom)
    yield difference(
      "OTHER_ACCOUNT",
      other("account", account, route.accountFrom ?? "the caller's"),
    );
  const level = accessLevelOf(path, operation);
  if (level !== undefined && level !== route.accessLevel)
    yield difference(
      "OTHER_ACCESS_LEVEL",
      other("access level", level, route.accessLevel ?? "none"),
    );
}

const shapeOf = ({ method, segments }: ParsedRoute): string =>
  `${method} ${segments.map((each) => (each.kind === "literal" ? `/${each.text}` : `/{${each.kind}}`)).join("")}`;

/** A path that no gateway could route by is in no definition. */
function tryParse(routeKey: string): ParsedRoute | undefined {
  try {
    return parseRoute(routeKey);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
