import { ListEntitiesForPolicyCommand, type PolicyUsageType } from "@aws-sdk/client-iam";
import { allPages } from "../../api/all-pages.ts";
import { iam } from "../../api/clients.ts";
import type { HolderKind } from "../../documents/addresses.ts";

/** A user, group or role that a policy is attached to. */
export interface AttachedEntity {
  readonly kind: HolderKind;
  readonly name: string;
}

export const entityId = ({ kind, name }: AttachedEntity): string => `${kind} ${name}`;

/** Whoever has the policy, as permissions or as boundary. */
export function attachedEntities(
  PolicyArn: string,
  PolicyUsageFilter: PolicyUsageType,
): Promise<readonly AttachedEntity[]> {
  return allPages(async (Marker) => {
    const answer = await iam(
      new ListEntitiesForPolicyCommand({ PolicyArn, PolicyUsageFilter, Marker, MaxItems: 1000 }),
    );
    const items: AttachedEntity[] = [
      ...(answer.PolicyUsers ?? []).map(({ UserName = "" }) => entity("user", UserName)),
      ...(answer.PolicyGroups ?? []).map(({ GroupName = "" }) => entity("group", GroupName)),
      ...(answer.PolicyRoles ?? []).map(({ RoleName = "" }) => entity("role", RoleName)),
    ];
    return { items, marker: answer.Marker };
  });
}

const entity = (kind: HolderKind, name: string): AttachedEntity => ({ kind, name });
