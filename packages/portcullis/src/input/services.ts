import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { indexServices, type ServiceReference, type Services } from "@portcullis/analysis";
import {
  defineService,
  type Route,
  type ServiceDefinition,
} from "@portcullis/authorizer/service-definition";
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
        references.push(referenceOf(definition));
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

/** A service definition in the form of AWS's service reference. */
function referenceOf({ service, routes }: ServiceDefinition): ServiceReference {
  const entries = Object.entries(routes);
  const names = [...new Set(entries.map(([, { action }]) => action))];
  const ofAction = (name: string) => entries.filter(([, { action }]) => action === name);
  const keys = new Map(entries.flatMap(([, { context = {} }]) => Object.entries(context)));
  const templates = new Map(
    entries.flatMap(([, { resource }]) =>
      resource === "*" ? [] : [[resource, typeOf(resource)] as const],
    ),
  );
  return {
    Name: service,
    Actions: names.map((name) => {
      const own = ofAction(name);
      const reads = own.every(([routeKey]) => /^(?:GET|HEAD) /.test(routeKey));
      const lists = reads && own.some(([, { resource }]) => resource === "*");
      return {
        Name: name.slice(name.indexOf(":") + 1),
        ActionConditionKeys: unique(own.flatMap(([, { context = {} }]) => Object.keys(context))),
        Annotations: { Properties: { IsList: lists, IsWrite: !reads } },
        Resources: unique(
          own.flatMap(([, { resource }]) => (resource === "*" ? [] : [typeOf(resource)])),
        ).map((Name) => ({ Name })),
      };
    }),
    Resources: unique([...templates.values()]).map((Name) => ({
      Name,
      ARNFormats: [...templates]
        .filter(([, type]) => type === Name)
        .map(([template]) => arnFormat(service, template)),
    })),
    ConditionKeys: [...keys].map(([Name, { type = "String" }]) => ({ Name, Types: [type] })),
  };
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

/** A resource's type: the start of its template. */
const typeOf = (resource: Route["resource"]): string => /^[^{/:]+/.exec(resource)?.[0] ?? resource;

function arnFormat(service: string, template: string): string {
  const named = template.replace(/\{(?:\w+\.)?([^{}+]+)\+?\}/g, (_, name: string) => `\${${name}}`);
  return `arn:\${Partition}:${service}:\${Region}:\${Account}:${named}`;
}
