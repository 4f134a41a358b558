import { isCredentialTask } from "../canned/root-task.ts";
import { organizationKey } from "../record/organization.ts";
import { type RootAccessFeature, rootAccessKey } from "../record/root-access.ts";
import type { OrganizationScope } from "./organization.ts";
import { IAM_SERVICE, trustedServices } from "./trusted-access.ts";

/** Returns the features of centralized root access that the organization has enabled. */
export async function rootAccessFeatures(
  { unit, settings }: OrganizationScope,
  organizationId: string,
): Promise<readonly RootAccessFeature[]> {
  const record = await unit.get(rootAccessKey(settings.managementAccount));
  return record?.organizationId === organizationId ? record.features : [];
}

/**
 * Returns whether the organization has enabled the feature that a root task needs. Tasks on
 * credentials need RootCredentialsManagement, all others RootSessions (IAM
 * UG/id_root-enable-root-access). Both are disabled while trusted access for IAM is.
 */
export async function isTaskEnabled(scope: OrganizationScope, task: string): Promise<boolean> {
  const organization = await scope.unit.get(organizationKey(scope.settings.managementAccount));
  if (organization === undefined) return false;
  if (!Object.hasOwn(await trustedServices(scope), IAM_SERVICE)) return false;
  const needed = isCredentialTask(task) ? "RootCredentialsManagement" : "RootSessions";
  return (await rootAccessFeatures(scope, organization.id)).includes(needed);
}
