import { allow, type CannedPolicy, cannedPolicyOf } from "./canned-policy.ts";

/** What there must be known of a protected API to make its policies; a service definition has it. */
export interface DefinedService {
  readonly service: string;
  /** By route key, such as `GET /orders/{orderId}`. */
  readonly routes: Readonly<Record<string, { readonly action: string }>>;
}

/** What the canned policies of a protected API need of its definition: short enough for an environment. */
export interface ServiceActions {
  readonly service: string;
  /** Actions that only read, such as `orders:GetOrder`. */
  readonly readActions: readonly string[];
}

/** An action only reads if every route that leads to it is a GET or HEAD. */
export function serviceActions({ service, routes }: DefinedService): ServiceActions {
  const actions = new Map<string, boolean>();
  for (const [routeKey, { action }] of Object.entries(routes)) {
    const reads = /^(GET|HEAD) /.test(routeKey);
    actions.set(action, (actions.get(action) ?? true) && reads);
  }
  return { service, readActions: [...actions].flatMap(([action, reads]) => (reads ? action : [])) };
}

/**
 * `<Service>FullAccess` and `<Service>ReadOnlyAccess` of a protected API. A service without an
 * action that only reads has no `ReadOnlyAccess`.
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
