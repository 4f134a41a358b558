import {
  type ApplicablePolicies,
  authorize,
  type CompiledPolicy,
  type ContextValue,
  compilePolicy,
} from "@portcullis/policy";
import { type PolicySet, policyOf } from "../statement/statements.ts";
import type { ExampleRequest } from "./check.ts";
import type { Caller } from "./principals.ts";

/** A request, and the circumstances in which the set of policies alone decides it. */
export interface Case {
  readonly caller: Caller;
  readonly request: ExampleRequest;
}

/** Asks the engine whether a set of policies allows a request. */
export type Engine = (one: Case) => boolean;

/**
 * The engine for a set of policies. It compiles them on the first question, and never throws for a
 * set that `readSet` made.
 */
export function engineOf(set: PolicySet): Engine {
  let compiled: readonly CompiledPolicy[] | undefined;
  return ({ caller, request }) => {
    compiled ??= compile(set);
    const { principal, action, resource, resourceAccount, context } = request;
    const values = new Map<string, ContextValue>(Object.entries(context));
    const decision = authorize({
      principal,
      action,
      resource,
      ...(resourceAccount === undefined ? {} : { resourceAccount }),
      context: { get: (key) => values.get(key) },
      policies: policiesFor(set, compiled, caller),
    });
    return decision.outcome === "allowed";
  };
}

function compile({ kind, policies }: PolicySet): readonly CompiledPolicy[] {
  const type =
    kind === "trust" ? "role trust" : kind === "resource" ? "resource-based" : "identity-based";
  return policies.map((policy, document) =>
    compilePolicy(policy, { policyId: String(document), type }),
  );
}

function policiesFor(
  { kind }: PolicySet,
  compiled: readonly CompiledPolicy[],
  { closeness, principal }: Caller,
): ApplicablePolicies {
  if (kind !== "resource" && kind !== "trust") return { identity: compiled };
  if (!("account" in principal)) return { identity: [], resource: compiled };
  if (closeness === "named")
    return { identity: [allowAll()], session: [allowAll()], resource: compiled };
  if (closeness === "entity") return { identity: [], session: [allowAll()], resource: compiled };
  // A boundary that allows nothing: only who is named itself gets past it.
  return { identity: [], boundary: [], resource: compiled };
}

let everything: CompiledPolicy | undefined;

function allowAll(): CompiledPolicy {
  everything ??= compilePolicy(
    policyOf({ Effect: "Allow", Action: "*", Resource: "*" }, "identity"),
    { policyId: "all", type: "identity-based" },
  );
  return everything;
}
