import type { NamedPrincipal } from "../../decisions/principal.ts";
import type { HolderKind } from "../../documents/addresses.ts";
import { attachedPolicies } from "../../documents/holder-policies.ts";
import { policyType } from "../../documents/policy-type.ts";
import { ifKnown } from "../../list/use-row-details.ts";
import { groupsOf } from "../../permissions/permission-sources.ts";

/** The inline policy that statements are added to. */
export const INLINE_POLICY = "AddedFromDenials";

/** Where a statement for a principal can be added, beside the principal's own inline policy. */
export interface AcceptancePlaces {
  /** ARNs of customer managed policies that the principal has, by itself or by a group. */
  readonly managed: readonly string[];
  readonly groups: readonly string[];
}

/** What may not be read is not offered. */
export async function acceptancePlaces({ kind, name }: NamedPrincipal): Promise<AcceptancePlaces> {
  if (kind !== "user" && kind !== "role") return { managed: [], groups: [] };
  const groups = kind === "user" ? ((await ifKnown(groupsOf(name))) ?? []) : [];
  const attached = await Promise.all([
    attachedTo(kind, name),
    ...groups.map((group) => attachedTo("group", group)),
  ]);
  const managed = new Set(attached.flat().filter((arn) => policyType(arn) === "Customer managed"));
  return { managed: [...managed], groups };
}

const attachedTo = async (kind: HolderKind, name: string): Promise<readonly string[]> =>
  (await ifKnown(attachedPolicies(kind, name))) ?? [];
