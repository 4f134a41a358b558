import { randomBytes } from "node:crypto";
import { ApiError } from "../error.ts";
import { ACCOUNT_COPIES } from "../record/account.ts";
import {
  type MemberRecord,
  memberKey,
  type OrganizationalUnitRecord,
  type OrganizationRecord,
  organizationalUnitKey,
  organizationKey,
} from "../record/organization.ts";
import type { Settings } from "../settings.ts";
import type { UnitOfWork } from "../storage/unit-of-work.ts";

/** The part of the operation context that functions on the organization need. */
export interface OrganizationScope {
  readonly unit: UnitOfWork;
  readonly settings: Pick<Settings, "managementAccount">;
}

/** Returns the organization's record. @throws {ApiError} `AWSOrganizationsNotInUseException` */
export async function findOrganization({
  unit,
  settings,
}: OrganizationScope): Promise<OrganizationRecord> {
  const organization = await unit.get(organizationKey(settings.managementAccount));
  if (organization === undefined) {
    throw new ApiError(
      "AWSOrganizationsNotInUseException",
      "Your account is not a member of an organization.",
    );
  }
  return organization;
}

/**
 * Writes all copies of the organization's record. This also increments the epoch of all service
 * control policies.
 */
export function saveOrganization(
  { unit, settings }: OrganizationScope,
  organization: OrganizationRecord,
): void {
  for (let copy = 0; copy < ACCOUNT_COPIES; copy++) {
    unit.put(
      organizationKey(settings.managementAccount, copy),
      organization,
      copy === 0 ? {} : { expect: "any" },
    );
  }
}

/**
 * The root or an organizational unit, as a parent. `path` starts with the root and ends with the
 * parent itself.
 */
export interface Parent {
  readonly id: string;
  readonly path: readonly string[];
  readonly unit?: OrganizationalUnitRecord;
}

/** Returns the root or unit with this id, if there is one. */
export async function lookUpParent(
  scope: OrganizationScope,
  id: string,
): Promise<Parent | undefined> {
  const { rootId } = await findOrganization(scope);
  if (id === rootId) return { id, path: [rootId] };
  const unit = await scope.unit.get(organizationalUnitKey(scope.settings.managementAccount, id));
  return unit && { id, path: unit.path, unit };
}

/** As `lookUpParent`. @throws {ApiError} `ParentNotFoundException` */
export async function findParent(scope: OrganizationScope, id: string): Promise<Parent> {
  const parent = await lookUpParent(scope, id);
  if (parent === undefined) {
    throw new ApiError("ParentNotFoundException", "You specified a parent that doesn't exist.");
  }
  return parent;
}

/** Returns the unit with this id. @throws {ApiError} `OrganizationalUnitNotFoundException` */
export async function findUnit(
  scope: OrganizationScope,
  id: string,
): Promise<OrganizationalUnitRecord> {
  const unit = await scope.unit.get(organizationalUnitKey(scope.settings.managementAccount, id));
  if (unit === undefined) {
    throw new ApiError(
      "OrganizationalUnitNotFoundException",
      "You specified an organizational unit that doesn't exist.",
    );
  }
  return unit;
}

/** Returns the member account with this id. @throws {ApiError} `AccountNotFoundException` */
export async function findMember(scope: OrganizationScope, id: string): Promise<MemberRecord> {
  const member = await scope.unit.get(memberKey(scope.settings.managementAccount, id));
  if (member === undefined) {
    throw new ApiError("AccountNotFoundException", "You specified an account that doesn't exist.");
  }
  return member;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Returns random lower-case letters and digits for the id of an organization's resource. */
export function randomId(length: number): string {
  let id = "";
  // 252 is the largest multiple of 36 in a byte. Using higher values would favour some letters.
  while (id.length < length)
    for (const byte of randomBytes(length))
      if (byte < 252 && id.length < length) id += LETTERS[byte % 36];
  return id;
}
