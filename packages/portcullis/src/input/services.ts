import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { indexServices, type ServiceReference, type Services } from "@portcullis/analysis";
import { serviceReferenceData } from "@portcullis/authorizer/reference-data";
import { defineService, type ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { InputFault, sentenceOf } from "./input-fault.ts";
import { readData } from "./read-file.ts";

/** The services that a command knows of. */
export interface KnownServices {
  readonly definitions: readonly ServiceDefinition[];
  readonly references: readonly ServiceReference[];
  readonly indexed: Services | undefined;
}

/**
 * Reads service definitions (JSON, YAML, or a module that exports one) and service references in
 * the form of AWS's.
 * @throws {InputFault} if a file has neither
 */
export async function readServices(paths: readonly string[]): Promise<KnownServices> {
  const definitions: ServiceDefinition[] = [];
  const references: ServiceReference[] = [];
  for (const path of paths) {
    for (const found of await servicesIn(path)) {
      if (isReference(found)) references.push(found);
      else {
        const definition = definitionOf(found, path);
        definitions.push(definition);
        references.push(serviceReferenceData(definition));
      }
    }
  }
  const indexed = references.length === 0 ? undefined : indexServices(references);
  return { definitions, references, indexed };
}

async function servicesIn(path: string): Promise<readonly unknown[]> {
  if (!/\.[cm]?[jt]s$/.test(path)) return [readData(path).data];
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new InputFault(`${path} can't be loaded: ${sentenceOf(error)}.`);
  }
  const found = Object.values(exported).filter(
    (one) => isReference(one) || (one instanceof Object && "service" in one && "routes" in one),
  );
  if (found.length === 0) throw new InputFault(`${path} exports no service definition.`);
  return found;
}

const isReference = (data: unknown): data is ServiceReference =>
  data instanceof Object && "Name" in data && "Actions" in data && typeof data.Name === "string";

/** @throws {InputFault} if the data are no valid service definition */
export function definitionOf(data: unknown, path: string): ServiceDefinition {
  const isShaped =
    data instanceof Object &&
    "service" in data &&
    typeof data.service === "string" &&
    "routes" in data &&
    data.routes instanceof Object &&
    Object.values(data.routes).every(
      (route: unknown) =>
        route instanceof Object &&
        "action" in route &&
        typeof route.action === "string" &&
        "resource" in route &&
        typeof route.resource === "string",
    );
  if (!isShaped)
    throw new InputFault(
      `${path} is no service: it needs \`service\` and \`routes\`, each with \`action\` and \`resource\`.`,
    );
  try {
    return defineService(data as ServiceDefinition);
  } catch (error) {
    if (error instanceof TypeError)
      throw new InputFault(`${path} is no valid service: ${error.message}.`);
    throw error;
  }
}
