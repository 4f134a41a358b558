import type { AccountRecord } from "@portcullis/iam/record/account";
import {
  FULL_AWS_ACCESS,
  type OrganizationRecord,
  serviceControlPolicyKey,
} from "@portcullis/iam/record/organization";
import { attachedToAccount } from "@portcullis/iam/record/service-control-attachment";
import type { Key, Stored } from "@portcullis/iam/store";
import type { CompiledPolicy } from "@portcullis/policy";
import type { Identity } from "../identity/identity.ts";
import { compiledPolicy } from "./compiled-policies.ts";
import { documentAt } from "./document-at.ts";

/**
 * The organization whose service control policies bind the identity. INVARIANT: none bind the
 * management account.
 */
export function guardrailOrganization({
  accountRecord,
  organization,
}: Identity): Stored<OrganizationRecord> | undefined {
  if (accountRecord.data.organizationPath === undefined) return undefined;
  if (organization === undefined)
    throw new Error(`account ${accountRecord.data.id} is in an organization that is not there`);
  return organization;
}

/** Ids of the service control policies of each level, from the root down to the account. */
function guardrails(
  account: AccountRecord,
  organization: OrganizationRecord,
): readonly (readonly string[])[] {
  if (!organization.serviceControlEnabled || account.organizationPath === undefined) return [];
  return [
    ...account.organizationPath.map((node) => organization.attached[node] ?? []),
    attachedToAccount(organization, account) ?? [],
  ];
}

/** The keys of the policies to read. AWS's own policy needs no read. */
export function guardrailKeys(
  account: AccountRecord,
  organization: OrganizationRecord,
): readonly Key[] {
  const ids = new Set(guardrails(account, organization).flat());
  ids.delete(FULL_AWS_ACCESS.id);
  return [...ids].map((id) => serviceControlPolicyKey(organization.managementAccount, id));
}

/** The compiled policies of each level. @throws {Error} when one that applies is missing */
export function guardrailPolicies(
  account: AccountRecord,
  organization: OrganizationRecord,
  documents: ReadonlyMap<string, Stored>,
): readonly (readonly CompiledPolicy[])[] {
  const policy = (id: string): CompiledPolicy => {
    if (id === FULL_AWS_ACCESS.id)
      return compiledPolicy(FULL_AWS_ACCESS.document, id, "service control", "serviceControl");
    const key = serviceControlPolicyKey(organization.managementAccount, id);
    const record = documentAt(documents, key);
    if (record === undefined)
      throw new Error(`service control policy ${id} applies but does not exist`);
    return compiledPolicy(record.data.document, id, "service control", "serviceControl");
  };
  return guardrails(account, organization).map((level) => level.map(policy));
}
