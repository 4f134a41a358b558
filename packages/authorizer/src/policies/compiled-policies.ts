import {
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import { boundedCache } from "../cache/bounded-cache.ts";

// By their text: the same document under the same name compiles to the same policy, whoever it belongs to.
const kept = boundedCache<CompiledPolicy>(4_000_000);

/** A stored document, compiled. @throws {Error} when it can't be read: it might be the one that denies */
export function compiled(
  document: string,
  policyId: string,
  type: PolicyType,
  kind: PolicyKind,
): CompiledPolicy {
  const name = `${kind} ${policyId} ${document}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const parsed = parsePolicy(document, kind);
  if (!parsed.ok)
    throw new Error(
      `the stored ${type} policy ${policyId} cannot be read: ${parsed.issues[0]?.message}`,
    );
  const policy = compilePolicy(parsed.policy, { policyId, type });
  kept.set(name, policy, document.length);
  return policy;
}
