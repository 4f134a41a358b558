import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** A service that the organization trusts. */
export interface TrustedService {
  /** ISO 8601. */
  readonly enabledAt: string;
  /** How many accounts administer it for the organization. */
  readonly administrators: number;
}

/** Trusted services by the name of their service principal. */
export interface ServiceAccessRecord {
  readonly services: Readonly<Record<string, TrustedService>>;
}

export const serviceAccessKey = (managementAccount: string): RecordKey<ServiceAccessRecord> => ({
  account: managementAccount,
  partition: partitionOf("organization-settings"),
  sort: "service-access",
});

/** A member account that administers services for the organization. */
export interface DelegatedAdministratorRecord {
  readonly accountId: string;
  /** When it became one for its first service. */
  readonly enabledAt: string;
  /** Service principals, with the time at which it was registered for each. */
  readonly services: Readonly<Record<string, string>>;
}

export const DELEGATED_ADMINISTRATORS = partitionOf("delegated-administrators");

export const delegatedAdministratorKey = (
  managementAccount: string,
  account: string,
): RecordKey<DelegatedAdministratorRecord> => ({
  account: managementAccount,
  partition: DELEGATED_ADMINISTRATORS,
  sort: account,
});

/** The policy that lets member accounts perform operations of the organization. */
export interface OrganizationPolicyRecord {
  /** `rp-` and 8 letters or digits. */
  readonly id: string;
  readonly document: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

export const organizationPolicyKey = (
  managementAccount: string,
): RecordKey<OrganizationPolicyRecord> => ({
  account: managementAccount,
  partition: partitionOf("organization-settings"),
  sort: "resource-policy",
});
