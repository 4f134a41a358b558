import { cannedPolicy } from "../canned/index.ts";
import { checkDocument } from "../document.ts";
import { ApiError, validationError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import type { SessionClaims } from "../model/session-claims.ts";
import { managedPolicyArn, managedPolicyKey, policyNameOf } from "../record/managed-policy.ts";
import { packedSize } from "./issue-session.ts";

/** The session policies in a request. */
export interface RequestedPolicies {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined;
}

const MAX_POLICY_ARNS = 10;

/**
 * The claims of the session policies in a request. A managed policy must be the account's own or
 * one of AWS's.
 * @throws {ApiError} `MalformedPolicyDocument`, `ValidationError`
 */
export async function sessionPolicies(
  { unit }: Pick<OperationContext, "unit">,
  account: string,
  { Policy: document, PolicyArns: given }: RequestedPolicies,
): Promise<Pick<SessionClaims, "policies" | "policyArns">> {
  const arns = (given ?? []).flatMap(({ arn }) => arn ?? []);
  if (arns.length > MAX_POLICY_ARNS) {
    throw validationError(
      `1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${MAX_POLICY_ARNS}`,
    );
  }
  if (document !== undefined) checkDocument(document, "session");
  const own = arns.filter((arn) => cannedPolicy(arn) === undefined);
  const records = await unit.getAll(own.map((arn) => managedPolicyKey(account, policyNameOf(arn))));
  own.forEach((arn, index) => {
    const record = records[index];
    if (record === undefined || managedPolicyArn(record) !== arn) {
      throw validationError(`Policy ${arn} does not exist or is not attachable.`);
    }
  });
  return {
    ...(document === undefined ? {} : { policies: [document] }),
    ...(arns.length === 0 ? {} : { policyArns: arns }),
  };
}

/**
 * `PackedPolicySize` in percent, if session policies or tags were passed.
 * @throws {ApiError} `PackedPolicyTooLarge`
 */
export function packedPolicySize(claims: Parameters<typeof packedSize>[0]): {
  PackedPolicySize?: number;
} {
  const passed =
    claims.policies !== undefined ||
    claims.policyArns !== undefined ||
    (claims.tags?.length ?? 0) > 0;
  if (!passed) return {};
  const percent = packedSize(claims);
  if (percent > 100) {
    throw new ApiError(
      "PackedPolicyTooLarge",
      `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
    );
  }
  return { PackedPolicySize: percent };
}
