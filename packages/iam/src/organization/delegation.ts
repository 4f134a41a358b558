import { type CompiledPolicy, compilePolicy, parsePolicy } from "@portcullis/policy";
import type { OperationContext, Target } from "../model/operation.ts";
import { organizationPolicyKey } from "../record/trusted-access.ts";
import { findDelegatedAdministrator } from "./trusted-access.ts";

/**
 * Operations that AWS lets member accounts call (Organizations API, each operation's description).
 * Delegated administrators may call those that read. Any account may call those that the
 * organization's resource policy allows. All others are reserved to the management account.
 */
const READ_ACTIONS = [
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

const POLICY_ACTIONS = [
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
  [...READ_ACTIONS, ...POLICY_ACTIONS].map((action) => action.toLowerCase()),
);

/**
 * Returns whether the organization's resource policy can let member accounts perform the action.
 */
export const isDelegable = (action: string): boolean => DELEGABLE.has(action.toLowerCase());

/** Returns the target with the policies that can allow callers of member accounts. */
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
  const stored = await unit.get(organizationPolicyKey(managementAccount));
  const isAdministrator =
    caller.account !== managementAccount &&
    (await findDelegatedAdministrator(context, caller.account)) !== undefined;
  return [
    ...(stored === undefined ? [] : [compile(stored.document, stored.id)]),
    ...(isAdministrator ? [administratorPolicy(caller.account)] : []),
  ];
}

/** The permissions that a delegated administrator's account can delegate to its users and roles. */
const administratorPolicy = (account: string): CompiledPolicy =>
  compile(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: account },
        Action: READ_ACTIONS,
        Resource: "*",
      },
    }),
    "delegated-administrator",
  );

function compile(document: string, policyId: string): CompiledPolicy {
  const parsed = parsePolicy(document, "resource");
  // The policy was valid when it was stored. If it can't be parsed now, it must not be ignored: it
  // may contain the deny.
  if (!parsed.ok) throw new Error(`the organization's policy ${policyId} can't be read`);
  return compilePolicy(parsed.policy, { policyId, type: "resource-based" });
}
