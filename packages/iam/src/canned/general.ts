import type { CannedSource } from "./canned-policy.ts";

/** Policies that are about everything, or about IAM itself. */
export const GENERAL: readonly CannedSource[] = [
  {
    name: "AdministratorAccess",
    description: "Everything, on everything.",
    statements: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  },
];
