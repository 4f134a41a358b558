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

/** What everything about the organization needs to find it. */
export interface OrganizationScope {
  readonly unit: UnitOfWork;
  readonly settings: Pick<Settings, "managementAccount">;
}

/** @throws {ApiError} `AWSOrganizationsNotInUseException` */
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

/** Write the organization's record, all copies of it: the epoch of every service control policy moves on with it. */
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

/** The root or a unit, as a parent. `path` leads down from the root, itself included. */
export interface Parent {
  readonly id: string;
  readonly path: readonly string[];
  readonly unit?: OrganizationalUnitRecord;
}

/** Undefined: there is no such root or unit. */
export async function lookUpParent(
  scope: OrganizationScope,
  id: string,
): Promise<Parent | undefined> {
  const { rootId } = await findOrganization(scope);
  if (id === rootId) return { id, path: [rootId] };
  const unit = await scope.unit.get(organizationalUnitKey(scope.settings.managementAccount, id));
  return unit && { id, path: unit.path, unit };
}

/** @throws {ApiError} `ParentNotFoundException` */
export async function findParent(scope: OrganizationScope, id: string): Promise<Parent> {
  const parent = await lookUpParent(scope, id);
  if (parent === undefined) {
    throw new ApiError("ParentNotFoundException", "You specified a parent that doesn't exist.");
  }
  return parent;
}

/** @throws {ApiError} `OrganizationalUnitNotFoundException` */
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

/** @throws {ApiError} `AccountNotFoundException` */
export async function findMember(scope: OrganizationScope, id: string): Promise<MemberRecord> {
  const member = await scope.unit.get(memberKey(scope.settings.managementAccount, id));
  if (member === undefined) {
    throw new ApiError("AccountNotFoundException", "You specified an account that doesn't exist.");
  }
  return member;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Random letters and digits, as organizations' ids have them. */
export function randomId(length: number): string {
  let id = "";
  // 252 is the largest multiple of 36 in a byte: what is above would favour some letters.
  while (id.length < length)
    for (const byte of randomBytes(length))
      if (byte < 252 && id.length < length) id += LETTERS[byte % 36];
  return id;
}
