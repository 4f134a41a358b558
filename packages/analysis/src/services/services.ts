import type {
  ActionReference,
  ConditionKeyReference,
  ResourceReference,
  ServiceReference,
} from "./reference.ts";

/** The services that an installation has, made ready for lookups. */
export interface Services {
  /** By prefix, in lower case. */
  readonly byPrefix: ReadonlyMap<string, Service>;
  /** There are no services but these: others in a policy are errors. */
  readonly complete: boolean;
}

export interface Service {
  readonly prefix: string;
  /** By name, in lower case. */
  readonly actions: ReadonlyMap<string, ActionReference>;
  /** By name of the resource type. */
  readonly resources: ReadonlyMap<string, ResourceReference>;
  /** By name in lower case, up to a `${...}` in it. */
  readonly conditionKeys: ReadonlyMap<string, ConditionKeyReference>;
}

export interface ServicesOptions {
  readonly complete?: boolean;
}

/**
 * Makes services ready for lookups. References of one name become one service. Share the result
 * between calls.
 *
 * @param options.complete there are no other services, so that one a policy names beside them is an
 *   error and not just unknown.
 */
export function indexServices(
  references: readonly ServiceReference[],
  options: ServicesOptions = {},
): Services {
  const byPrefix = new Map<string, Service>();
  for (const reference of references) {
    const prefix = reference.Name.toLowerCase();
    const former = byPrefix.get(prefix);
    byPrefix.set(prefix, {
      prefix: former?.prefix ?? reference.Name,
      actions: index(former?.actions, reference.Actions, (name) => name.toLowerCase()),
      resources: index(former?.resources, reference.Resources, (name) => name),
      conditionKeys: index(former?.conditionKeys, reference.ConditionKeys, keyStem),
    });
  }
  return { byPrefix, complete: options.complete === true };
}

/**
 * The services of an installation: its protected APIs, and the services of the control API, whose
 * actions are not checked.
 */
export const installationServices = (references: readonly ServiceReference[]): Services =>
  indexServices([...CONTROL_SERVICES.map((Name) => ({ Name })), ...references]);

const CONTROL_SERVICES = [
  "access-analyzer",
  "cloudtrail",
  "execute-api",
  "iam",
  "organizations",
  "portcullis",
  "signin",
  "sts",
];

function index<T extends { readonly Name: string }>(
  former: ReadonlyMap<string, T> | undefined,
  items: readonly T[] | undefined,
  keyOf: (name: string) => string,
): ReadonlyMap<string, T> {
  const map = new Map(former);
  for (const item of items ?? []) map.set(keyOf(item.Name), item);
  return map;
}

/** What `aws:ResourceTag/${TagKey}` is known by: `aws:resourcetag/`. */
export function keyStem(name: string): string {
  const variable = name.indexOf("$");
  return (variable < 0 ? name : name.slice(0, variable)).toLowerCase();
}

/** An action with its service. */
export interface KnownAction {
  readonly service: Service;
  readonly reference: ActionReference;
}

/** The action of a name such as `orders:GetOrder`, in any case; undefined if no service has it. */
export function findAction({ byPrefix }: Services, name: string): KnownAction | undefined {
  const [prefix = "", own = ""] = name.toLowerCase().split(":");
  const service = byPrefix.get(prefix);
  const reference = service?.actions.get(own);
  return service === undefined || reference === undefined ? undefined : { service, reference };
}

/** The ARN formats of an action's resources; none if it is authorized on `*` only. */
export const arnFormatsOf = ({ service, reference }: KnownAction): readonly string[] =>
  (reference.Resources ?? []).flatMap(({ Name }) => service.resources.get(Name)?.ARNFormats ?? []);

/** The condition keys that requests for an action can have; undefined if its definition is silent. */
export function conditionKeysOf({
  service,
  reference,
}: KnownAction): readonly string[] | undefined {
  const ofResources = (reference.Resources ?? []).map(
    ({ Name }) => service.resources.get(Name)?.ConditionKeys,
  );
  const lists = [reference.ActionConditionKeys, ...ofResources].filter((list) => list != null);
  return lists.length === 0 ? undefined : lists.flat();
}

/** What a condition key of a service is known to be; undefined when the service has no such key. */
export function findConditionKey(service: Service, key: string): ConditionKeyReference | undefined {
  const lower = key.toLowerCase();
  const slash = lower.indexOf("/");
  return (
    service.conditionKeys.get(lower) ??
    (slash < 0 ? undefined : service.conditionKeys.get(lower.slice(0, slash + 1)))
  );
}
