import { parsePolicy } from "@portcullis/policy";

/**
 * The action prefixes that a policy allows something for. `everything`: it allows actions of any
 * service.
 * @throws {Error} if the stored document is not a policy
 */
export function grantedServices(document: string): {
  readonly everything: boolean;
  readonly services: ReadonlySet<string>;
} {
  const parsed = parsePolicy(document, "identity");
  if (!parsed.ok) throw new Error(`a stored policy cannot be read: ${parsed.issues[0]?.message}`);
  const allows = parsed.policy.statements.filter(({ effect }) => effect === "Allow");
  return {
    everything: allows.some(
      ({ action }) => action.match === "except" || action.patterns.includes("*"),
    ),
    services: new Set(
      allows.flatMap(({ action }) =>
        action.match === "except"
          ? []
          : action.patterns
              .filter((pattern) => pattern !== "*")
              .map((pattern) => pattern.split(":", 1)[0]?.toLowerCase() ?? ""),
      ),
    ),
  };
}

/**
 * Whether a policy allows something of a service.
 * @param service action prefix, any case
 */
export function grants(document: string, service: string): boolean {
  const { everything, services } = grantedServices(document);
  return everything || services.has(service.toLowerCase());
}
