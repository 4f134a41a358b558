import type * as sdk from "@aws-sdk/client-organizations";
import { incrementEpoch } from "../../entity/epoch.ts";
import { ApiError } from "../../error.ts";
import { operation } from "../../model/operation.ts";
import { findMember, findOrganization, lookUpParent } from "../../organization/organization.ts";
import { organizationTarget } from "../../organization/organization-target.ts";
import { findDelegatedAdministrator } from "../../organization/trusted-access.ts";
import {
  childKey,
  childrenCountKey,
  memberKey,
  organizationalUnitKey,
} from "../../record/organization.ts";

/** Operations on an account's position in the organization. */
export const organizationMembershipOperations = {
  MoveAccount: operation<sdk.MoveAccountCommandInput, sdk.MoveAccountCommandOutput>({
    action: "organizations:MoveAccount",
    target: organizationTarget("account", (input: sdk.MoveAccountCommandInput) => input.AccountId),
    // Service Authorization Reference: permission is needed for the account, the old parent and the
    // new one.
    async alsoAuthorize(context, input) {
      const parents = [input.SourceParentId, input.DestinationParentId];
      const targets = parents.map((id) => organizationTarget("ou", () => id)(context, input));
      const action = "organizations:MoveAccount";
      return (await Promise.all(targets)).map((target) => ({ action, target }));
    },
    async run(context, input) {
      const { account, unit } = context;
      const member = await findMember(context, input.AccountId ?? "");
      const source = await lookUpParent(context, input.SourceParentId ?? "");
      if (source === undefined)
        throw new ApiError(
          "SourceParentNotFoundException",
          "You specified a source parent that doesn't exist.",
        );
      const destination = await lookUpParent(context, input.DestinationParentId ?? "");
      if (destination === undefined) {
        throw new ApiError(
          "DestinationParentNotFoundException",
          "You specified a destination parent that doesn't exist.",
        );
      }
      if (member.parentId !== source.id)
        throw new ApiError(
          "AccountNotFoundException",
          "You specified an account that doesn't exist.",
        );
      if (destination.id === source.id)
        throw new ApiError(
          "DuplicateAccountException",
          "The account is already in the destination root or OU.",
        );
      if (destination.unit) unit.check(organizationalUnitKey(account, destination.id), "present");
      unit.put(memberKey(account, member.id), { ...member, parentId: destination.id });
      unit.delete(childKey(account, source.id, "account", member.id), { expect: "any" });
      unit.put(childKey(account, destination.id, "account", member.id), { id: member.id });
      unit.count(childrenCountKey(account, source.id), "children", -1);
      unit.count(childrenCountKey(account, destination.id), "children", 1);
      await incrementEpoch({ unit, account: member.id }, (record) => ({
        ...record,
        // Service control policies do not bind the management account, so decisions must not find
        // its path as `organizationPath`.
        [member.id === account ? "managementPath" : "organizationPath"]: destination.path,
      }));
      return {};
    },
  }),

  /** Suspends the account: all its credentials are refused. Its items stay until it is purged. */
  CloseAccount: operation<sdk.CloseAccountCommandInput, sdk.CloseAccountCommandOutput>({
    action: "organizations:CloseAccount",
    target: organizationTarget("account", (input: sdk.CloseAccountCommandInput) => input.AccountId),
    async run(context, input) {
      const { account, unit, now } = context;
      const member = await findMember(context, input.AccountId ?? "");
      if (member.id === account) {
        throw new ApiError(
          "ConstraintViolationException",
          "You can't close the management account.",
          {
            Reason: "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
          },
        );
      }
      if (member.status !== "ACTIVE")
        throw new ApiError(
          "AccountAlreadyClosedException",
          "You attempted to close an account that is already closed.",
        );
      unit.put(memberKey(account, member.id), {
        ...member,
        status: "SUSPENDED",
        closedAt: now.toISOString(),
      });
      await incrementEpoch({ unit, account: member.id }, (record) => ({
        ...record,
        status: "SUSPENDED",
      }));
      return {};
    },
  }),

  /** Always refuses: a member account of an installation can't exist outside its organization. */
  RemoveAccountFromOrganization: operation<
    sdk.RemoveAccountFromOrganizationCommandInput,
    sdk.RemoveAccountFromOrganizationCommandOutput
  >({
    action: "organizations:RemoveAccountFromOrganization",
    target: organizationTarget(
      "account",
      (input: sdk.RemoveAccountFromOrganizationCommandInput) => input.AccountId,
    ),
    async run(context, input) {
      await findOrganization(context);
      const member = await findMember(context, input.AccountId ?? "");
      if (member.id === context.account) {
        throw new ApiError(
          "MasterCannotLeaveOrganizationException",
          "You can't remove a management account from an organization.",
        );
      }
      throw (await findDelegatedAdministrator(context, member.id))
        ? new ApiError(
            "ConstraintViolationException",
            "You can't remove an account that is a delegated administrator. Deregister it first.",
            { Reason: "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG" },
          )
        : new ApiError(
            "ConstraintViolationException",
            "The member account is missing one or more of the prerequisites required to operate as a standalone account. Close it instead (CloseAccount).",
            { Reason: "ACCOUNT_CANNOT_LEAVE_ORGANIZATION" },
          );
    },
  }),
} as const;
