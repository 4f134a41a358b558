import {
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import { ApiError } from "../error.ts";

/** A compiled policy of a simulation. */
export interface SimulatedPolicy {
  /** Answered as `SourcePolicyId`. */
  readonly sourceId: string;
  readonly kind: SimulatedPolicyKind;
  readonly document: string;
  readonly compiled: CompiledPolicy;
}

/** The part that a policy plays in a simulation. */
export type SimulatedPolicyKind = "identity" | "boundary" | "resource" | "trust" | "serviceControl";

interface PolicyKindDetails {
  readonly parsedAs: PolicyKind;
  readonly type: PolicyType;
  /**
   * Answered as `SourcePolicyType`. These are the values that AWS answers; the SDK's enumeration
   * contains none of them.
   */
  readonly sourceType: string;
}

/** How each kind is parsed, compiled and answered. */
export const POLICY_KINDS: Readonly<Record<SimulatedPolicyKind, PolicyKindDetails>> = {
  identity: { parsedAs: "identity", type: "identity-based", sourceType: "IAM Policy" },
  boundary: {
    parsedAs: "boundary",
    type: "permissions boundary",
    sourceType: "Permissions Boundary Policy",
  },
  resource: { parsedAs: "resource", type: "resource-based", sourceType: "Resource Policy" },
  trust: { parsedAs: "trust", type: "role trust", sourceType: "Resource Policy" },
  serviceControl: {
    parsedAs: "serviceControl",
    type: "service control",
    sourceType: "Service Control Policy",
  },
};

/**
 * Parses and compiles a policy for a simulation.
 * @param id tells the policies of one simulation apart
 * @throws {ApiError} `InvalidInput` with the first issue
 */
export function simulatedPolicy(
  kind: SimulatedPolicyKind,
  id: string,
  document: string,
  sourceId = id,
): SimulatedPolicy {
  const { parsedAs, type } = POLICY_KINDS[kind];
  const parsed = parsePolicy(document, parsedAs);
  if (!parsed.ok)
    throw new ApiError(
      "InvalidInput",
      `${sourceId} is no valid policy: ${parsed.issues[0]?.message}`,
    );
  return {
    sourceId,
    kind,
    document,
    compiled: compilePolicy(parsed.policy, { policyId: id, type }),
  };
}

/**
 * The policies in a request's member: `PolicyInputList.1`, `PolicyInputList.2`, and so on.
 * @throws {ApiError} `InvalidInput`
 */
export const policiesOfInput = (
  kind: SimulatedPolicyKind,
  member: string,
  documents: readonly string[] | undefined,
): readonly SimulatedPolicy[] =>
  (documents ?? []).map((document, index) =>
    simulatedPolicy(kind, `${member}.${index + 1}`, document),
  );

/**
 * A request's `ResourcePolicy`. It is a trust policy if it parses as one, because trust policies
 * have no resource.
 * @throws {ApiError} `InvalidInput`
 */
export function resourcePolicyOfInput(document: string): SimulatedPolicy {
  const kind = parsePolicy(document, "trust").ok ? "trust" : "resource";
  return simulatedPolicy(kind, "ResourcePolicy", document);
}
