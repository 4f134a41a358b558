import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** A service with trusted access to the organization. */
export interface TrustedService {
  /** ISO 8601. */
  readonly enabledAt: string;
  /** The number of delegated administrators for it. */
  readonly administrators: number;
}

/** Services with trusted access, by service principal. */
export interface ServiceAccessRecord {
  readonly services: Readonly<Record<string, TrustedService>>;
}

/** The key of the services with trusted access. */
export const serviceAccessKey = (managementAccount: string): RecordKey<ServiceAccessRecord> => ({
  account: managementAccount,
  partition: partitionOf("organization-settings"),
  sort: "service-access",
});

/** A delegated administrator: a member account that administers services for the organization. */
export interface DelegatedAdministratorRecord {
  readonly accountId: string;
  /** When it was registered for its first service. ISO 8601. */
  readonly enabledAt: string;
  /** Registration times (ISO 8601) by service principal. */
  readonly services: Readonly<Record<string, string>>;
}

/** The partition of all delegated administrators. */
export const DELEGATED_ADMINISTRATORS = partitionOf("delegated-administrators");

/** The key of a delegated administrator. */
export const delegatedAdministratorKey = (
  managementAccount: string,
  account: string,
): RecordKey<DelegatedAdministratorRecord> => ({
  account: managementAccount,
  partition: DELEGATED_ADMINISTRATORS,
  sort: account,
});

/**
 * The organization's resource policy, which lets member accounts call operations of the
 * organization.
 */
export interface OrganizationPolicyRecord {
  /** `rp-` and 8 letters or digits. */
  readonly id: string;
  readonly document: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** The key of the organization's resource policy. */
export const organizationPolicyKey = (
  managementAccount: string,
): RecordKey<OrganizationPolicyRecord> => ({
  account: managementAccount,
  partition: partitionOf("organization-settings"),
  sort: "resource-policy",
});
