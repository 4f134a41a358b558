import type { AccountModel } from "@portcullis/analysis";

/** An account that was read in parts as one model. */
export const mergedParts = (parts: readonly AccountModel[]): AccountModel => ({
  UserDetailList: parts.flatMap(({ UserDetailList }) => UserDetailList ?? []),
  GroupDetailList: parts.flatMap(({ GroupDetailList }) => GroupDetailList ?? []),
  RoleDetailList: parts.flatMap(({ RoleDetailList }) => RoleDetailList ?? []),
  Policies: parts.flatMap(({ Policies }) => Policies ?? []),
  ServiceControlPolicies: parts.flatMap(
    ({ ServiceControlPolicies }) => ServiceControlPolicies ?? [],
  ),
});
