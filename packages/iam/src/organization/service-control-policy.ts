import type * as sdk from "@aws-sdk/client-organizations";
import { ApiError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import {
  FULL_AWS_ACCESS,
  type ServiceControlPolicyRecord,
  serviceControlPolicyKey,
} from "../record/organization.ts";
import { findOrganization } from "./organization.ts";
import { awsManagedPolicyArn, organizationArn } from "./organization-target.ts";

/** The only type of organization policies that is supported. */
export const SERVICE_CONTROL_POLICY = "SERVICE_CONTROL_POLICY";

/** Returns the condition key `organizations:PolicyType`. */
export const policyTypeKey = (type: string | undefined) => ({ "organizations:PolicyType": type });

/** AWS's managed policy FullAWSAccess as a record. */
export const FULL_ACCESS: ServiceControlPolicyRecord = { ...FULL_AWS_ACCESS, tags: [] };

/** Returns the policy with this id. @throws {ApiError} `PolicyNotFoundException` */
export async function findServiceControlPolicy(
  { account, unit }: OperationContext,
  id: string,
): Promise<ServiceControlPolicyRecord> {
  const policy =
    id === FULL_ACCESS.id ? FULL_ACCESS : await unit.get(serviceControlPolicyKey(account, id));
  if (policy === undefined)
    throw new ApiError("PolicyNotFoundException", "You specified a policy that doesn't exist.");
  return policy;
}

/** Returns the response members of policies without their documents. */
export async function describeServiceControlPolicySummaries(
  context: OperationContext,
  policies: readonly ServiceControlPolicyRecord[],
): Promise<sdk.PolicySummary[]> {
  const described = await Promise.all(
    policies.map((policy) => describeServiceControlPolicy(context, policy)),
  );
  return described.map(({ PolicySummary }) => PolicySummary ?? {});
}

/** Returns the response members of a policy with its document. */
export async function describeServiceControlPolicy(
  context: OperationContext,
  policy: ServiceControlPolicyRecord,
): Promise<sdk.Policy> {
  const managed = policy.id === FULL_ACCESS.id;
  const organization = await findOrganization(context);
  return {
    PolicySummary: {
      Id: policy.id,
      Arn: managed
        ? awsManagedPolicyArn(policy.id)
        : organizationArn(organization, "policy", policy.id),
      Name: policy.name,
      Description: policy.description,
      Type: SERVICE_CONTROL_POLICY,
      AwsManaged: managed,
    },
    Content: policy.document,
  };
}
