import {
  ACCESS_LEVELS,
  type AccessLevel,
  defineService,
  type Route,
  type ServiceDefinition,
} from "@portcullis/authorizer/service-definition";
import { InputFault } from "@portcullis/testing/input-fault";
import {
  actionOfRoute,
  pascalCase,
  resourceOfRoute,
  serviceName,
  uniqueName,
} from "../definition/names.ts";
import type { ApiOperation } from "./api-operation.ts";
import type { ApiDocument } from "./document.ts";

export interface Generated {
  readonly definition: ServiceDefinition;
  /** Route keys that the document leaves open to everybody, and the definition leaves out. */
  readonly open: readonly string[];
}

/**
 * The service definition that a document describes: operation ids become actions, paths resource
 * templates. `x-portcullis-` extensions of an operation overrule both.
 * @param named the service's name; by default that of the document's title
 * @throws {InputFault} if the document can't be one
 */
export function definitionFrom(document: ApiDocument, named: string | undefined): Generated {
  const { path, title, operations } = document;
  const service = named ?? serviceName(title ?? "");
  if (service === "")
    throw new InputFault(`${path} has no title that could name a service: add --name.`);
  const closed = operations.filter(({ isPublic }) => !isPublic);
  const actions = actionNames(document, closed);
  return {
    definition: checked(path, {
      service,
      ...(title !== undefined && title !== service && { title }),
      routes: Object.fromEntries(
        closed.map((operation, index) => [
          operation.routeKey,
          routeOf(document, operation, `${service}:${actions[index]}`),
        ]),
      ),
    }),
    open: operations.filter(({ isPublic }) => isPublic).map(({ routeKey }) => routeKey),
  };
}

function routeOf({ path }: ApiDocument, operation: ApiOperation, action: string): Route {
  const { routeKey, extensions, summary } = operation;
  const accountFrom = extensions.get("account-from");
  const accessLevel = accessLevelOf(path, operation);
  const description = summary === undefined ? undefined : oneSentence(summary);
  return {
    action,
    resource: extensions.get("resource") ?? parsed(path, () => resourceOfRoute(routeKey)),
    ...(accountFrom !== undefined && { accountFrom }),
    ...(accessLevel !== undefined && { accessLevel }),
    ...(description && { description }),
  };
}

/** What an extension says, else a tag that is the name of an access level. */
export function accessLevelOf(
  path: string,
  { routeKey, extensions, tags }: ApiOperation,
): AccessLevel | undefined {
  const named = (text: string) =>
    ACCESS_LEVELS.find((level) => level.toLowerCase() === text.toLowerCase().replaceAll("-", " "));
  const text = extensions.get("access-level");
  if (text === undefined) return tags.map(named).find((level) => level !== undefined);
  const level = named(text);
  if (level === undefined)
    throw new InputFault(
      `${path} gives \`${routeKey}\` the access level \`${text}\`: it must be one of ${ACCESS_LEVELS.join(", ")}.`,
    );
  return level;
}

/** In the order of the operations. @throws {InputFault} if two operation ids become one action */
function actionNames({ path }: ApiDocument, operations: readonly ApiOperation[]): string[] {
  const byName = new Map<string, string>();
  const names = operations.map(({ routeKey, operationId, extensions }) => {
    // An author may give one action to several operations.
    const chosen = extensions.get("action")?.replace(/^.*:/, "");
    if (chosen !== undefined || operationId === undefined) return chosen;
    const name = pascalCase(operationId).replace(/^\d+/, "");
    if (name === "")
      throw new InputFault(
        `${path} calls \`${routeKey}\` \`${operationId}\`, which can't name an action: add x-portcullis-action.`,
      );
    const other = byName.get(name.toLowerCase());
    if (other !== undefined)
      throw new InputFault(
        `${path} has the operation ids \`${other}\` and \`${operationId}\`, which are one action \`${name}\`: change one, or add x-portcullis-action.`,
      );
    byName.set(name.toLowerCase(), operationId);
    return name;
  });
  const taken = new Set(names.flatMap((name) => name?.toLowerCase() ?? []));
  return names.map((name, index) => {
    if (name !== undefined) return name;
    const made = parsed(path, () => actionOfRoute(operations[index]?.ownRouteKey ?? ""));
    return uniqueName(made, taken);
  });
}

const LONGEST_DESCRIPTION = 120;

function oneSentence(text: string): string {
  const [first = ""] = text.trim().split(/[\r\n]/, 1);
  return first.length > LONGEST_DESCRIPTION ? `${first.slice(0, LONGEST_DESCRIPTION - 1)}…` : first;
}

function checked(path: string, definition: ServiceDefinition): ServiceDefinition {
  return parsed(path, () => defineService(definition));
}

/** @throws {InputFault} for what no route can be */
function parsed<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const [first = "", ...others] = error.message.split("; ");
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    throw new InputFault(`${path} can't become a service definition: ${first}${more}.`);
  }
}
