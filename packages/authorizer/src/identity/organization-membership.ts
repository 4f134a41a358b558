import type { AccountRecord } from "@portcullis/iam/record/account";

/** The organization that an account is in, as condition keys tell it. */
export interface OrganizationMembership {
  /** `aws:PrincipalOrgID` */
  readonly id: string;
  /** `aws:PrincipalOrgPaths`: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`. */
  readonly path: string | undefined;
}

/** Undefined: the account is in no organization. */
export function membershipOf({
  organizationId,
  organizationPath,
  managementPath,
}: AccountRecord): OrganizationMembership | undefined {
  if (organizationId === undefined) return undefined;
  const nodes = organizationPath ?? managementPath;
  return { id: organizationId, path: nodes && `${[organizationId, ...nodes].join("/")}/` };
}
