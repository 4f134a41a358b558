import {
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import { boundedCache } from "../cache/bounded-cache.ts";

// By text: the same document under the same name compiles to the same policy, whatever its owner.
const cache = boundedCache<CompiledPolicy>(4_000_000);

/**
 * A stored document, compiled.
 * @throws {Error} when the document can't be read: it might be the one that denies
 */
export function compiledPolicy(
  document: string,
  policyId: string,
  type: PolicyType,
  kind: PolicyKind,
  versionId = "",
): CompiledPolicy {
  const name = `${kind} ${policyId} ${versionId} ${document}`;
  const cached = cache.get(name);
  if (cached !== undefined) return cached;
  const parsed = parsePolicy(document, kind);
  if (!parsed.ok)
    throw new Error(
      `the stored ${type} policy ${policyId} cannot be read: ${parsed.issues[0]?.message}`,
    );
  const policy = compilePolicy(parsed.policy, { policyId, type });
  if (versionId !== "") versions.set(policy, versionId);
  cache.set(name, policy, document.length);
  return policy;
}

const versions = new WeakMap<CompiledPolicy, string>();

/** The version that a managed policy was compiled from, such as `v3`. */
export const policyVersionOf = (policy: CompiledPolicy): string | undefined => versions.get(policy);
