import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Route, ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { InputFault } from "@portcullis/testing/input-fault";
import { actionOfRoute, resourceOfRoute, uniqueName } from "../definition/names.ts";
import { readDocument } from "../openapi/document.ts";
import { definitionFrom } from "../openapi/to-definition.ts";
import { type FoundRoutes, routesOfApp, routesOfGateway } from "./found-routes.ts";
import type { Project } from "./project.ts";

export interface Drafted {
  readonly definition: ServiceDefinition;
  /** Where its routes are from, for people. */
  readonly notes: readonly string[];
}

const DOCUMENTS = ["openapi.yaml", "openapi.yml", "openapi.json"];
const SAMPLE = ["GET /items", "GET /items/{itemId}"];

/** A definition of a project's routes: from its OpenAPI document, its sources, or a sample. */
export function draftDefinition(project: Project): Drafted {
  const { directory, service, kind, sources } = project;
  const document = DOCUMENTS.find((name) => existsSync(join(directory, name)));
  const reason = document === undefined ? undefined : described(project, document);
  if (typeof reason === "object") return reason;
  const found: FoundRoutes =
    kind === "sst"
      ? routesOfGateway(sources)
      : kind === "plain"
        ? { routes: [], hasRouters: false }
        : routesOfApp(sources);
  const notes = reason === undefined ? [] : [reason];
  if (found.routes.length === 0)
    notes.push("A sample: put your API's routes here. A request that no route has is refused.");
  else notes.push("The routes that your sources show. A request that no route has is refused.");
  if (found.hasRouters) notes.push("Some are of routers: add the paths that those are mounted at.");
  const routes = found.routes.length === 0 ? SAMPLE : found.routes;
  return { definition: { service, routes: routesOf(service, routes) }, notes };
}

/** @returns the definition, or why the document gives none */
function described(project: Project, document: string): Drafted | string {
  try {
    const read = readDocument(join(project.directory, document), undefined);
    const { definition, open } = definitionFrom(read, project.service);
    const left = open.length === 0 ? [] : [`Open to everybody, so left out: ${open.join(", ")}.`];
    return { definition, notes: [`From ${document}.`, ...left] };
  } catch (error) {
    if (error instanceof InputFault) return error.message;
    throw error;
  }
}

function routesOf(service: string, routeKeys: readonly string[]): Readonly<Record<string, Route>> {
  const taken = new Set<string>();
  return Object.fromEntries(
    routeKeys.map((routeKey) => {
      const name = uniqueName(actionOfRoute(routeKey), taken);
      return [routeKey, { action: `${service}:${name}`, resource: resourceOfRoute(routeKey) }];
    }),
  );
}
