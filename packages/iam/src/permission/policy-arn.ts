import { type CannedPolicy, cannedPolicy } from "../canned/index.ts";
import { ApiError, validationError } from "../error.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import {
  type ManagedPolicyRecord,
  managedPolicyArn,
  managedPolicyKey,
  policyNameOf,
} from "../record/managed-policy.ts";

/** A managed policy as it was found: the account's own, or one that every account has. */
export type FoundPolicy =
  | { readonly owner: "account"; readonly arn: string; readonly record: ManagedPolicyRecord }
  | { readonly owner: "canned"; readonly arn: string; readonly policy: CannedPolicy };

type Scope = Pick<OperationContext, "account" | "unit">;

/**
 * The policy of an ARN, as the account sees it. Case and path count, though names are unique without case: a condition on
 * `iam:PolicyARN` is judged on the ARN that was sent, so there must be one way only to write it.
 * @throws {ApiError} `ValidationError`, `InvalidInput` when it is no ARN of a policy
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

export async function findPolicy(scope: Scope, arn: string): Promise<FoundPolicy> {
  const found = await lookUpPolicy(scope, arn);
  if (found === undefined) throw policyNotFound(arn);
  return found;
}

/** A policy that the account itself owns, hence may change. */
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

export const policyNotFound = (arn: string): ApiError =>
  new ApiError("NoSuchEntity", `Policy ${arn} was not found.`);

/** A policy as the target of an operation. */
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

/** Its path, from the slash after `policy` to the last one. */
export const policyPathOf = (arn: string): string =>
  arn.slice(arn.indexOf("/"), arn.lastIndexOf("/") + 1);

/** @throws {ApiError} `ValidationError`, `InvalidInput` when it is no ARN of a policy, existing or not */
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
