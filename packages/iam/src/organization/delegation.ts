import { type CompiledPolicy, compilePolicy, parsePolicy } from "@portcullis/policy";
import type { OperationContext, Target } from "../model/operation.ts";
import { organizationPolicyKey } from "../record/trusted-access.ts";
import { findAdministrator } from "./trusted-access.ts";

/**
 * Operations that AWS lets member accounts call: delegated administrators the reading ones, any
 * account all of them where the organization's resource policy allows it (Organizations API, each
 * operation's description). All others are the management account's own.
 */
const READING = [
  "DescribeAccount",
  "DescribeCreateAccountStatus",
  "DescribeEffectivePolicy",
  "DescribeOrganizationalUnit",
  "DescribePolicy",
  "DescribeResourcePolicy",
  "ListAWSServiceAccessForOrganization",
  "ListAccounts",
  "ListAccountsForParent",
  "ListChildren",
  "ListCreateAccountStatus",
  "ListDelegatedAdministrators",
  "ListDelegatedServicesForAccount",
  "ListOrganizationalUnitsForParent",
  "ListParents",
  "ListPolicies",
  "ListPoliciesForTarget",
  "ListRoots",
  "ListTagsForResource",
  "ListTargetsForPolicy",
].map((name) => `organizations:${name}`);

const MANAGING_POLICIES = [
  "AttachPolicy",
  "CreatePolicy",
  "DeletePolicy",
  "DetachPolicy",
  "DisablePolicyType",
  "EnablePolicyType",
  "TagResource",
  "UntagResource",
  "UpdatePolicy",
].map((name) => `organizations:${name}`);

const DELEGABLE: ReadonlySet<string> = new Set(
  [...READING, ...MANAGING_POLICIES].map((action) => action.toLowerCase()),
);

/** Whether the organization's resource policy can let member accounts perform the action. */
export const isDelegable = (action: string): boolean => DELEGABLE.has(action.toLowerCase());

/** The target with the policies that may let callers of member accounts in. */
export async function withDelegation(
  context: OperationContext,
  action: string,
  target: Target,
): Promise<Target> {
  const { managementAccount } = context.settings;
  if (target.account !== managementAccount) return target;
  const resourcePolicies = isDelegable(action) ? await policiesFor(context) : [];
  const { tags: _, ...withoutTags } = target;
  return { ...target, resourcePolicies, refusalTarget: withoutTags };
}

async function policiesFor(context: OperationContext): Promise<readonly CompiledPolicy[]> {
  const { unit, settings, caller } = context;
  const { managementAccount } = settings;
  const own = await unit.get(organizationPolicyKey(managementAccount));
  const isAdministrator =
    caller.account !== managementAccount &&
    (await findAdministrator(context, caller.account)) !== undefined;
  return [
    ...(own === undefined ? [] : [compile(own.document, own.id)]),
    ...(isAdministrator ? [administratorPolicy(caller.account)] : []),
  ];
}

/** What a delegated administrator's account may pass on to its users and roles. */
const administratorPolicy = (account: string): CompiledPolicy =>
  compile(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { AWS: account }, Action: READING, Resource: "*" },
    }),
    "delegated-administrator",
  );

function compile(document: string, policyId: string): CompiledPolicy {
  const parsed = parsePolicy(document, "resource");
  // It was parsed before it was stored, and might be what denies.
  if (!parsed.ok) throw new Error(`the organization's policy ${policyId} can't be read`);
  return compilePolicy(parsed.policy, { policyId, type: "resource-based" });
}
