import { indexServices, type ServiceReference, type Services } from "@portcullis/analysis";
import { serviceReferenceData } from "@portcullis/authorizer/reference-data";
import { defineService, type ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { InputFault } from "../input-fault.ts";

/** The services that requests and policies may name. */
export interface KnownServices {
  readonly definitions: readonly ServiceDefinition[];
  readonly references: readonly ServiceReference[];
  readonly indexed: Services | undefined;
}

/** Data with the name of where they come from, for messages. */
export interface NamedData {
  readonly path: string;
  readonly data: unknown;
}

/**
 * Service definitions, and service references in the form of AWS's.
 * @throws {InputFault} if data are neither
 */
export function knownServices(found: readonly NamedData[]): KnownServices {
  const definitions: ServiceDefinition[] = [];
  const references: ServiceReference[] = [];
  for (const { path, data } of found) {
    if (isServiceReference(data)) references.push(data);
    else {
      const definition = definitionOf(data, path);
      definitions.push(definition);
      references.push(serviceReferenceData(definition));
    }
  }
  const indexed = references.length === 0 ? undefined : indexServices(references);
  return { definitions, references, indexed };
}

/** Whether data are a service reference in the form of AWS's. */
export const isServiceReference = (data: unknown): data is ServiceReference =>
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
