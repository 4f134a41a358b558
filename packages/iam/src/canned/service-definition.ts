import { allow, type CannedPolicy, cannedPolicyOf } from "./canned-policy.ts";

/** What there must be known of a protected API to make its policies; a service definition has it. */
export interface DefinedService {
  readonly service: string;
  /** By route key, such as `GET /orders/{orderId}`. */
  readonly routes: Readonly<Record<string, { readonly action: string }>>;
}

/**
 * `<Service>FullAccess` and `<Service>ReadOnlyAccess` of a protected API. An action is a reading one when every route that leads to
 * it is a GET or HEAD; a service without any has no `ReadOnlyAccess`.
 */
export function cannedPoliciesOf({ service, routes }: DefinedService): readonly CannedPolicy[] {
  const name = service.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
  const actions = new Map<string, boolean>();
  for (const [routeKey, { action }] of Object.entries(routes)) {
    const reads = /^(GET|HEAD) /.test(routeKey);
    actions.set(action, (actions.get(action) ?? true) && reads);
  }
  const readOnly = [...actions].flatMap(([action, reads]) => (reads ? [action] : []));
  const full = cannedPolicyOf({
    name: `${name}FullAccess`,
    description: `Allows everything in ${service}.`,
    statements: [allow(`${service}:*`)],
    service,
  });
  if (readOnly.length === 0) return [full];
  return [
    full,
    cannedPolicyOf({
      name: `${name}ReadOnlyAccess`,
      description: `Allows reading everything in ${service}.`,
      statements: [allow(...readOnly)],
      service,
    }),
  ];
}
