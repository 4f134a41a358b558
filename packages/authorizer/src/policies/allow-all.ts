import type { CompiledPolicy } from "@portcullis/policy";
import { compiledPolicy } from "./compiled-policies.ts";

const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});

/**
 * A policy that allows everything, in place of a kind of policy that is evaluated separately or
 * does not count. Never what a caller is granted.
 */
export const allowAll = (): CompiledPolicy =>
  compiledPolicy(DOCUMENT, "allow-all", "identity-based", "identity");
