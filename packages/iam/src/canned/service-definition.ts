import { allow, type CannedPolicy, cannedPolicyOf } from "./canned-policy.ts";

/** The part of a service definition that canned policies are made from. */
export interface DefinedService {
  readonly service: string;
  /** By route key, such as `GET /orders/{orderId}`. */
  readonly routes: Readonly<Record<string, DefinedRoute>>;
}

interface DefinedRoute {
  readonly action: string;
  /** Absent: by the method. */
  readonly accessLevel?: string;
}

/**
 * The policies `<Service>FullAccess` and `<Service>ReadOnlyAccess` of a protected API. The second
 * exists only if the service has a read-only action.
 */
export function cannedPoliciesOf({ service, routes }: DefinedService): readonly CannedPolicy[] {
  const readActions = readOnlyActions(routes);
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

/**
 * The actions of which every route is GET or HEAD, and of no other access level than to read and
 * list.
 */
function readOnlyActions(routes: DefinedService["routes"]): readonly string[] {
  const actions = new Map<string, boolean>();
  for (const [routeKey, { action, accessLevel = "Read" }] of Object.entries(routes)) {
    const reads = /^(?:GET|HEAD) /.test(routeKey) && /^(?:List|Read)$/.test(accessLevel);
    actions.set(action, (actions.get(action) ?? true) && reads);
  }
  return [...actions].flatMap(([action, reads]) => (reads ? action : []));
}
