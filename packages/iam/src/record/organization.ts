import type { RecordKey } from "../unit-of-work.ts";
import type { Tag } from "./tag.ts";

/**
 * The organization as decisions need it, in the management account, in as many equal copies as an account's record and for
 * the same reason. Its version is the epoch of all service control policies: INVARIANT: changing a policy's document, or what is attached
 * to the root or a unit, writes it in the same transaction. What is attached to an account stands in the account's own record.
 */
export interface OrganizationRecord {
  /** `o-` and 10 letters or digits. */
  readonly id: string;
  readonly managementAccount: string;
  readonly createdAt: string;
  /** `r-` and 4 letters or digits. */
  readonly rootId: string;
  /** Whether service control policies count. */
  readonly serviceControlEnabled: boolean;
  /** Ids of the service control policies attached to the root and to units. */
  readonly attached: Readonly<Record<string, readonly string[]>>;
  readonly rootTags: readonly Tag[];
}

export const organizationKey = (managementAccount: string, copy = 0): RecordKey<OrganizationRecord> => ({
  account: managementAccount,
  partition: `organization/${copy}`,
  sort: "record",
});

export interface ServiceControlPolicyRecord {
  /** `p-` and 8 or more letters or digits. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly document: string;
  readonly tags: readonly Tag[];
}

export const serviceControlPolicyKey = (
  managementAccount: string,
  id: string,
): RecordKey<ServiceControlPolicyRecord> => ({
  account: managementAccount,
  partition: `service-control-policy/${id}`,
  sort: "record",
});

/** AWS's own policy, which every root, unit and account has from the start; it needs no reading. */
export const FULL_AWS_ACCESS = {
  id: "p-FullAWSAccess",
  name: "FullAWSAccess",
  description: "Allows access to every operation",
  document: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  }),
} as const;
