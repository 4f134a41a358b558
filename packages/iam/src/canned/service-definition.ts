import { allow, type CannedPolicy, cannedPolicyOf } from "./canned-policy.ts";

/** The part of a service definition that canned policies are made from. */
export interface DefinedService {
  readonly service: string;
  /** By route key, such as `GET /orders/{orderId}`. */
  readonly routes: Readonly<Record<string, { readonly action: string }>>;
}

/** The actions of a protected API, short enough for an environment variable. */
export interface ServiceActions {
  readonly service: string;
  /** Actions that only read, such as `orders:GetOrder`. */
  readonly readActions: readonly string[];
}

/** The read-only actions of a service: those of which every route is GET or HEAD. */
export function serviceActions({ service, routes }: DefinedService): ServiceActions {
  const actions = new Map<string, boolean>();
  for (const [routeKey, { action }] of Object.entries(routes)) {
    const reads = /^(GET|HEAD) /.test(routeKey);
    actions.set(action, (actions.get(action) ?? true) && reads);
  }
  return { service, readActions: [...actions].flatMap(([action, reads]) => (reads ? action : [])) };
}

/**
 * The policies `<Service>FullAccess` and `<Service>ReadOnlyAccess` of a protected API. The second
 * exists only if the service has a read-only action.
 */
export function cannedPoliciesOf(
  definition: DefinedService | ServiceActions,
): readonly CannedPolicy[] {
  const { service, readActions } =
    "readActions" in definition ? definition : serviceActions(definition);
  const name = service.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
  const full = cannedPolicyOf({
    name: `${name}FullAccess`,
    description: `Allows everything in ${service}.`,
    statements: [allow(`${service}:*`)],
    service,
  });
  if (readActions.length === 0) return [full];
  return [
    full,
    cannedPolicyOf({
      name: `${name}ReadOnlyAccess`,
      description: `Allows reading everything in ${service}.`,
      statements: [allow(...readActions)],
      service,
    }),
  ];
}
