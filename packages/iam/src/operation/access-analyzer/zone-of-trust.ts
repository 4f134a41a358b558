import { ApiError } from "../../error.ts";
import type { OperationContext } from "../../model/operation.ts";
import { isDelegatedAdministrator } from "../../organization/trusted-access.ts";
import type { AnalyzerRecord } from "../../record/analyzer.ts";
import {
  type MemberRecord,
  memberKey,
  type OrganizationRecord,
  organizationKey,
} from "../../record/organization.ts";
import { partitionOf } from "../../record/partition.ts";
import { invalidField, quotaExceeded } from "./analyzer-target.ts";

/** Access Analyzer's service principal, for delegated administrators. */
const SERVICE = "access-analyzer.amazonaws.com";

/** Accounts that one analysis reads: each costs several reads. */
const ACCOUNTS_AT_MOST = 200;

/** The accounts that an analyzer analyzes, and whose principals are no finding. */
export interface ZoneOfTrust {
  readonly accounts: readonly string[];
  readonly organizations: readonly string[];
}

/** Whether an analyzer's zone of trust is the organization. */
export const isOfOrganization = (type: AnalyzerRecord["type"]): boolean =>
  type === "ORGANIZATION" || type === "ORGANIZATION_UNUSED_ACCESS";

/**
 * The organization of an analyzer's account.
 * INVARIANT: only the management account and the delegated administrators of Access Analyzer learn
 * of other accounts, and no longer than they are that.
 * @throws {ApiError} unless the account may have an analyzer of this type
 */
export async function requireOrganization(
  context: OperationContext,
  type: AnalyzerRecord["type"],
): Promise<OrganizationRecord> {
  const { account, unit, settings } = context;
  const organization = await unit.get(organizationKey(settings.managementAccount));
  const isAdministrator =
    account === settings.managementAccount ||
    (await isDelegatedAdministrator(context, account, SERVICE));
  if (organization !== undefined && isAdministrator) return organization;
  throw invalidField(
    `An analyzer of type ${type} needs an organization, and its management account or a delegated administrator of Access Analyzer.`,
  );
}

/** Refuses an analyzer of the organization. @throws {ApiError} `AccessDenied` if the account may not use the analyzer any more */
export async function requireUse(
  context: OperationContext,
  { type, name }: AnalyzerRecord,
): Promise<void> {
  if (!isOfOrganization(type)) return;
  try {
    await requireOrganization(context, type);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(
      "AccessDenied",
      `The account is no longer the organization's management account or a delegated administrator of Access Analyzer. Delete the analyzer ${name}.`,
    );
  }
}

/** The zone of trust of an analyzer. @throws {ApiError} `ServiceQuotaExceededException` */
export async function zoneOf(
  context: OperationContext,
  { type, name }: AnalyzerRecord,
): Promise<ZoneOfTrust> {
  const { account, unit, settings } = context;
  if (!isOfOrganization(type)) return { accounts: [account], organizations: [] };
  const { id } = await requireOrganization(context, type);
  const { records, more } = await unit.query<object>({
    account: settings.managementAccount,
    partition: partitionOf("members"),
    limit: ACCOUNTS_AT_MOST,
  });
  if (more)
    throw quotaExceeded(
      `The organization has more than ${ACCOUNTS_AT_MOST} accounts, which is the most that an analyzer reads.`,
      "Analyzer",
      name,
    );
  const keys = records.map(({ key }) => memberKey(settings.managementAccount, key.sort));
  const members = await unit.getAll(keys);
  const accounts = members.flatMap((member: MemberRecord | undefined) =>
    member?.status === "ACTIVE" ? [member.id] : [],
  );
  return { accounts, organizations: [id] };
}
