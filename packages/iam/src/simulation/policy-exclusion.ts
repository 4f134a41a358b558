import type { PolicyIdentifier } from "@aws-sdk/client-iam";
import { matchesWildcard } from "@portcullis/policy";
import { ApiError } from "../error.ts";
import type { EntityPolicy } from "./simulated-entity.ts";

/** The policies that `PolicyExclusionList` excludes from a simulation. */
export interface Exclusion {
  readonly policy: (policy: EntityPolicy) => boolean;
  readonly boundary: boolean;
  readonly serviceControl: boolean;
}

/**
 * Parses `PolicyExclusionList`.
 * @throws {ApiError} `InvalidInput` for malformed identifiers
 */
export function exclusionOf(identifiers: readonly PolicyIdentifier[] | undefined): Exclusion {
  const types = new Set((identifiers ?? []).flatMap(({ PolicyType }) => PolicyType ?? []));
  const tests = (identifiers ?? []).map(testOf);
  return {
    policy: (policy) => tests.some((test) => test(policy)),
    boundary: types.has("permission-boundary"),
    serviceControl: types.has("scp"),
  };
}

function testOf({
  PolicyType,
  PolicyArn,
  InlinePolicyIdentifier,
}: PolicyIdentifier): (policy: EntityPolicy) => boolean {
  if (PolicyType !== undefined) return ({ from }) => PolicyType === typeOf(from);
  if (PolicyArn !== undefined) {
    checkPattern(PolicyArn.slice(PolicyArn.lastIndexOf("/") + 1), PolicyArn);
    if (!/^arn:aws:iam::(aws|\d{12}):policy\/[^*?]*[^/]+$/.test(PolicyArn))
      throw invalid(PolicyArn);
    return ({ from }) => "arn" in from && matchesWildcard(PolicyArn, from.arn);
  }
  if (InlinePolicyIdentifier === undefined) throw invalid("");
  const { PolicyName, AttachmentType, AttachmentName = "" } = InlinePolicyIdentifier;
  checkPattern(AttachmentName, AttachmentName);
  return ({ from }) =>
    "policyName" in from &&
    from.policyName === PolicyName &&
    from.holder === AttachmentType?.toLowerCase() &&
    matchesWildcard(AttachmentName, from.holderName);
}

function typeOf(from: EntityPolicy["from"]) {
  if ("policyName" in from) return "inline";
  return from.arn.startsWith("arn:aws:iam::aws:") ? "aws-managed" : "user-managed";
}

function checkPattern(pattern: string, identifier: string): void {
  if (pattern.split("*").length > 2) throw invalid(identifier);
}

const invalid = (identifier: string) =>
  new ApiError("InvalidInput", `Invalid policy identifier: ${identifier}`);
