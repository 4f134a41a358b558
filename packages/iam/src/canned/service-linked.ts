import { allow, type CannedSource } from "./canned-policy.ts";
import { serviceLinkedRoles } from "./service-linked-role.ts";

/** Policies of service-linked roles. Each allows its service all of its own actions. */
export const serviceLinkedPolicies = (): readonly CannedSource[] =>
  [...serviceLinkedRoles().values()].map(({ service, policyName }) => ({
    name: policyName,
    path: "/aws-service-role/",
    description: `Allows ${service} to do its work in the account.`,
    statements: [allow(`${service.split(".").at(-3)}:*`)],
  }));
