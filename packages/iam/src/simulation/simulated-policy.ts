import {
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import { ApiError } from "../error.ts";

/** A policy as a simulation is given it. */
export interface SimulatedPolicy {
  /** Shown as `SourcePolicyId`. */
  readonly sourceId: string;
  readonly place: Place;
  readonly document: string;
  readonly compiled: CompiledPolicy;
}

export type Place = "identity" | "boundary" | "resource" | "trust" | "serviceControl";

interface PlaceDetails {
  readonly kind: PolicyKind;
  readonly type: PolicyType;
  /** Shown as `SourcePolicyType`; these are what AWS sends, none of which is in the SDK's enumeration. */
  readonly sourceType: string;
}

export const PLACES: Readonly<Record<Place, PlaceDetails>> = {
  identity: { kind: "identity", type: "identity-based", sourceType: "IAM Policy" },
  boundary: {
    kind: "boundary",
    type: "permissions boundary",
    sourceType: "Permissions Boundary Policy",
  },
  resource: { kind: "resource", type: "resource-based", sourceType: "Resource Policy" },
  trust: { kind: "trust", type: "role trust", sourceType: "Resource Policy" },
  serviceControl: {
    kind: "serviceControl",
    type: "service control",
    sourceType: "Service Control Policy",
  },
};

/**
 * Make a document ready for simulations. `id` tells the policies of one simulation apart.
 * @throws {ApiError} `InvalidInput` with the first thing that is wrong with it
 */
export function simulatedPolicy(
  place: Place,
  id: string,
  document: string,
  sourceId = id,
): SimulatedPolicy {
  const { kind, type } = PLACES[place];
  const parsed = parsePolicy(document, kind);
  if (!parsed.ok)
    throw new ApiError(
      "InvalidInput",
      `${sourceId} is no valid policy: ${parsed.issues[0]?.message}`,
    );
  return {
    sourceId,
    place,
    document,
    compiled: compilePolicy(parsed.policy, { policyId: id, type }),
  };
}

/** Policies sent along with a request: `PolicyInputList.1`, `PolicyInputList.2`, and so on. */
export const policiesOfInput = (
  place: Place,
  member: string,
  documents: readonly string[] | undefined,
): readonly SimulatedPolicy[] =>
  (documents ?? []).map((document, index) =>
    simulatedPolicy(place, `${member}.${index + 1}`, document),
  );

/**
 * A `ResourcePolicy`: a role's trust policy, which names no resource, or the policy of any other resource.
 * @throws {ApiError} `InvalidInput`
 */
export function resourcePolicyOfInput(document: string): SimulatedPolicy {
  const place = parsePolicy(document, "trust").ok ? "trust" : "resource";
  return simulatedPolicy(place, "ResourcePolicy", document);
}
