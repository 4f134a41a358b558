import {
  ACCESS_LEVELS,
  type AccessLevel,
  type Route,
  type ServiceDefinition,
} from "./service-definition.ts";

/**
 * A definition in the shape of AWS's service reference JSON
 * (https://servicereference.us-east-1.amazonaws.com), for editors and linters of policies.
 * `AccessLevel` and `Description` of an action are additions.
 */
export interface ServiceReferenceData {
  /** The service prefix, such as `orders`. */
  readonly Name: string;
  readonly Actions: readonly {
    readonly Name: string;
    readonly AccessLevel: AccessLevel;
    readonly Description?: string | undefined;
    readonly ActionConditionKeys: readonly string[];
    readonly Annotations: {
      readonly Properties: {
        readonly IsList: boolean;
        readonly IsPermissionManagement: boolean;
        readonly IsTaggingOnly: boolean;
        readonly IsWrite: boolean;
      };
    };
    /** Names of `Resources`. Empty: the action is authorized on `*` only. */
    readonly Resources: readonly { readonly Name: string }[];
  }[];
  readonly Resources: readonly { readonly Name: string; readonly ARNFormats: readonly string[] }[];
  readonly ConditionKeys: readonly { readonly Name: string; readonly Types: readonly string[] }[];
}

type Entry = readonly [routeKey: string, route: Route];

/** What a definition offers to policies, as data. */
export function serviceReferenceData(definition: ServiceDefinition): ServiceReferenceData {
  const { service, routes } = definition;
  const entries = Object.entries(routes);
  const byAction = groupedBy(entries, ({ action }) => action.slice(service.length + 1));
  const byResource = groupedBy(
    entries.filter(([, { resource }]) => resource !== "*"),
    ({ resource }) => typeOf(resource),
  );
  const sources = new Map(entries.flatMap(([, { context = {} }]) => Object.entries(context)));
  return {
    Name: service,
    Actions: sorted(byAction).map(([name, own]) => actionData(name, own)),
    Resources: sorted(byResource).map(([Name, own]) => ({
      Name,
      ARNFormats: distinct(own.map(([, { resource }]) => arnFormat(service, resource))),
    })),
    ConditionKeys: sorted(sources).map(([Name, { type = "String" }]) => ({ Name, Types: [type] })),
  };
}

/** `Map.groupBy` is not in Node 20. */
function groupedBy(
  entries: readonly Entry[],
  keyOf: (route: Route) => string,
): ReadonlyMap<string, readonly Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry[1]);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}

function actionData(Name: string, own: readonly Entry[]): ServiceReferenceData["Actions"][number] {
  const level = accessLevel(own);
  const resources = own.map(([, { resource }]) => resource).filter((text) => text !== "*");
  return {
    Name,
    AccessLevel: level,
    Description: own.find(([, { description }]) => description !== undefined)?.[1].description,
    ActionConditionKeys: distinct(own.flatMap(([, { context = {} }]) => Object.keys(context))),
    Annotations: {
      Properties: {
        IsList: level === "List",
        IsPermissionManagement: level === "Permissions management",
        IsTaggingOnly: level === "Tagging",
        IsWrite: ["Tagging", "Write", "Permissions management"].includes(level),
      },
    },
    Resources: distinct(resources.map(typeOf)).map((type) => ({ Name: type })),
  };
}

/**
 * AWS's access level of an action: the most far-reaching that its routes name, else what their
 * methods show.
 */
export function accessLevel(own: readonly Entry[]): AccessLevel {
  const named = new Set(own.map(([, route]) => route.accessLevel));
  const highest = ACCESS_LEVELS.findLast((level) => named.has(level));
  if (highest !== undefined) return highest;
  const reads = own.every(([routeKey]) => /^(?:GET|HEAD) /.test(routeKey));
  if (!reads) return "Write";
  return own.some(([, { resource }]) => resource === "*") ? "List" : "Read";
}

/** A resource's type: the start of its template. */
export const typeOf = (resource: string): string => /^[^{/:]+/.exec(resource)?.[0] ?? resource;

/** Such as `arn:${Partition}:orders:${Region}:${Account}:order/${orderId}`. */
const arnFormat = (service: string, resource: string): string =>
  `arn:\${Partition}:${service}:\${Region}:\${Account}:${withVariables(resource)}`;

/** A template with its parameters as AWS's reference writes variables. */
export const withVariables = (resource: string): string =>
  resource.replace(/\{(?:\w+\.)?([^{}]+)\}/g, (_, name: string) => `\${${name}}`);

const distinct = (items: readonly string[]): string[] => [...new Set(items)];

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  [...map].sort(([one], [other]) => (one < other ? -1 : 1));
