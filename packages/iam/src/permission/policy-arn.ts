import { type CannedPolicy, cannedPolicy } from "../canned/index.ts";
import { ApiError, validationError } from "../error.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import {
  type ManagedPolicyRecord,
  managedPolicyArn,
  managedPolicyKey,
  policyNameOf,
} from "../record/managed-policy.ts";

/** A managed policy: customer managed (`account`) or AWS managed (`canned`). */
export type FoundPolicy =
  | { readonly owner: "account"; readonly arn: string; readonly record: ManagedPolicyRecord }
  | { readonly owner: "canned"; readonly arn: string; readonly policy: CannedPolicy };

type Scope = Pick<OperationContext, "account" | "unit">;

/**
 * Returns the policy with this ARN if the account owns it or it is AWS managed. Case and path must
 * match: `iam:PolicyARN` is compared with the ARN as sent, so each policy must have exactly one
 * spelling.
 * @throws {ApiError} `ValidationError`, `InvalidInput` if it is not the ARN of a policy
 */
export async function lookUpPolicy(
  { account, unit }: Scope,
  arn: string,
): Promise<FoundPolicy | undefined> {
  const { owner, name } = parsePolicyArn(arn);
  if (owner === "aws") {
    const policy = cannedPolicy(arn);
    return policy && { owner: "canned", arn, policy };
  }
  if (owner !== account) return undefined;
  const record = await unit.get(managedPolicyKey(account, name));
  return record && managedPolicyArn(record) === arn ? { owner: "account", arn, record } : undefined;
}

/** As `lookUpPolicy`. @throws {ApiError} `NoSuchEntity` */
export async function findPolicy(scope: Scope, arn: string): Promise<FoundPolicy> {
  const found = await lookUpPolicy(scope, arn);
  if (found === undefined) throw policyNotFound(arn);
  return found;
}

/**
 * Returns a policy that the account owns and may change.
 * @throws {ApiError} `NoSuchEntity`; `AccessDenied` for an AWS managed policy
 */
export async function findCustomerManagedPolicy(
  scope: Scope,
  arn: string,
): Promise<ManagedPolicyRecord> {
  const found = await findPolicy(scope, arn);
  if (found.owner === "canned")
    throw new ApiError(
      "AccessDenied",
      `Cannot perform the operation on the protected policy ${arn}.`,
    );
  return found.record;
}

/** Returns AWS's error for a policy that does not exist. */
export const policyNotFound = (arn: string): ApiError =>
  new ApiError("NoSuchEntity", `Policy ${arn} was not found.`);

/** Returns the target for the policy that an input names. */
export async function policyTarget(
  context: OperationContext,
  input: { readonly PolicyArn?: string | undefined },
): Promise<Target> {
  const arn = input.PolicyArn ?? "";
  const { owner } = parsePolicyArn(arn);
  const found = await lookUpPolicy(context, arn);
  return {
    arn,
    resourceName: `policy ${arn}`,
    ...(owner === "aws" ? {} : { account: owner }),
    ...(found?.owner === "account" ? { tags: found.record.tags } : {}),
  };
}

/** Returns the path in a policy's ARN, with both slashes. */
export const policyPathOf = (arn: string): string =>
  arn.slice(arn.indexOf("/"), arn.lastIndexOf("/") + 1);

/**
 * Parses a policy's ARN. The policy need not exist.
 * @throws {ApiError} `ValidationError`, `InvalidInput` if it is not the ARN of a policy
 */
export function parsePolicyArn(arn: string): { readonly owner: string; readonly name: string } {
  const parts = arn.split(":");
  if (parts.length < 6 || parts[0] !== "arn")
    throw validationError("Invalid ARN:  Could not be parsed!");
  const [, partition, service, region, owner = ""] = parts;
  const resource = parts.slice(5).join(":");
  const isPolicy =
    partition === "aws" && service === "iam" && region === "" && /^(aws|\d{12})$/.test(owner);
  if (!isPolicy || !/^policy\/([\x21-\x7e]*\/)?[\w+=,.@-]{1,128}$/.test(resource)) {
    throw new ApiError("InvalidInput", `ARN ${arn} is not valid.`);
  }
  return { owner, name: policyNameOf(arn) };
}
