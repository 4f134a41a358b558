import type * as sdk from "@aws-sdk/client-organizations";
import { incrementEpoch } from "../entity/epoch.ts";
import { ApiError } from "../error.ts";
import type { OperationContext } from "../model/operation.ts";
import { accountKey } from "../record/account.ts";
import {
  FULL_AWS_ACCESS,
  memberKey,
  type OrganizationRecord,
  organizationalUnitKey,
  organizationKey,
} from "../record/organization.ts";
import { attachedToAccount, generationOf } from "../record/service-control-attachment.ts";
import { Conflict } from "../storage/store.ts";
import { removeAttachmentEntry } from "./attachment-entry.ts";
import { findOrganization, saveOrganization } from "./organization.ts";
import { organizationArn } from "./organization-target.ts";

/** The root, a unit or an account, as the target of attached policies. */
export interface AttachmentTarget {
  readonly id: string;
  /** Ids of policies. Empty while the policy type is disabled. */
  readonly attached: readonly string[];
  readonly save: (attached: readonly string[]) => Promise<void>;
}

/** Returns the target with this id. @throws {ApiError} `TargetNotFoundException` */
export async function openAttachmentTarget(
  context: OperationContext,
  id: string,
): Promise<AttachmentTarget> {
  const organization = await findOrganization(context);
  const target = /^\d{12}$/.test(id)
    ? await openAccountTarget(context, organization, id)
    : openNode(context, organization, id);
  if (target === undefined)
    throw new ApiError("TargetNotFoundException", "You specified a target that doesn't exist.");
  return organization.serviceControlEnabled ? target : { ...target, attached: [] };
}

async function openAccountTarget(
  context: OperationContext,
  organization: OrganizationRecord,
  id: string,
): Promise<AttachmentTarget | undefined> {
  const { account, unit } = context;
  const record = (await unit.get(memberKey(account, id))) && (await unit.get(accountKey(id)));
  if (record === undefined) return undefined;
  const generation = generationOf(record);
  // The organization's record was read first, so it is the older one: starts the unit of work
  // again.
  if (generation > generationOf(organization)) throw new Conflict([organizationKey(account)]);
  return {
    id,
    // Service control policies do not bind the management account. It has no list until a policy is
    // attached to it or detached from it.
    attached: attachedToAccount(organization, record) ?? [FULL_AWS_ACCESS.id],
    async save(attached) {
      if (generation < generationOf(organization)) {
        for (const policyId of record.serviceControlPolicies ?? [])
          removeAttachmentEntry(context, organization, policyId, id, generation);
      }
      await incrementEpoch({ unit, account: id }, (now) => ({
        ...now,
        serviceControlPolicies: attached,
        attachmentGeneration: generationOf(organization),
      }));
    },
  };
}

function openNode(
  context: OperationContext,
  organization: OrganizationRecord,
  id: string,
): AttachmentTarget | undefined {
  const attached = Object.hasOwn(organization.attached, id) ? organization.attached[id] : undefined;
  return (
    attached && {
      id,
      attached,
      async save(changed) {
        saveOrganization(context, {
          ...organization,
          attached: { ...organization.attached, [id]: changed },
        });
      },
    }
  );
}

/** Returns the response members of a target. */
export async function describeAttachmentTarget(
  context: OperationContext,
  id: string,
): Promise<sdk.PolicyTargetSummary> {
  const { account, unit } = context;
  const organization = await findOrganization(context);
  if (/^\d{12}$/.test(id)) {
    const member = await unit.get(memberKey(account, id));
    return {
      TargetId: id,
      Arn: organizationArn(organization, "account", id),
      Name: member?.name,
      Type: "ACCOUNT",
    };
  }
  if (id === organization.rootId)
    return {
      TargetId: id,
      Arn: organizationArn(organization, "root", id),
      Name: "Root",
      Type: "ROOT",
    };
  const found = await unit.get(organizationalUnitKey(account, id));
  return {
    TargetId: id,
    Arn: organizationArn(organization, "ou", id),
    Name: found?.name,
    Type: "ORGANIZATIONAL_UNIT",
  };
}
