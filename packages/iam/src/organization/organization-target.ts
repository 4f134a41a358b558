import type { OperationContext, Target } from "../model/operation.ts";
import {
  FULL_AWS_ACCESS,
  memberKey,
  type OrganizationRecord,
  organizationalUnitKey,
  organizationKey,
  serviceControlPolicyKey,
} from "../record/organization.ts";
import type { Tag } from "../record/tag.ts";
import { organizationPolicyKey } from "../record/trusted-access.ts";
import type { OrganizationScope } from "./organization.ts";

type Kind = "organization" | "root" | "ou" | "account" | "policy" | "resourcepolicy";

/** `arn:aws:organizations::<management account>:<kind>/<organization>/<id>` */
export function organizationArn(
  { managementAccount, id: organizationId }: Pick<OrganizationRecord, "id" | "managementAccount">,
  kind: Kind,
  id?: string,
): string {
  const path =
    kind === "policy"
      ? `policy/${organizationId}/service_control_policy`
      : `${kind}/${organizationId}`;
  return `arn:aws:organizations::${managementAccount}:${path}${id === undefined ? "" : `/${id}`}`;
}

export const awsManagedPolicyArn = (id: string): string =>
  `arn:aws:organizations::aws:policy/service_control_policy/${id}`;

type TargetOf<Input> = (context: OperationContext, input: Input) => Promise<Target>;

/**
 * The resource of an operation, by the id in its input. The organization belongs to the management
 * account, whichever account the caller is of.
 * @param kind of an id that does not tell its kind
 */
export function organizationTarget<Input>(
  kind: Kind,
  idOf: (input: Input) => string | undefined,
): TargetOf<Input> {
  return async (context, input) => {
    const account = context.settings.managementAccount;
    const organization = await context.unit.get(organizationKey(account));
    if (organization === undefined) return { arn: "*", account };
    const id = idOf(input);
    const arn = organizationArn(organization, resourceKindOf(id) ?? kind, id);
    const tags = id === undefined ? undefined : await tagsOf(context, organization, id);
    return { arn, account, ...(tags === undefined ? {} : { tags }) };
  };
}

/** The target of an operation that acts on no resource in particular. */
export const wholeOrganization = async ({ settings }: OperationContext): Promise<Target> => ({
  arn: "*",
  account: settings.managementAccount,
});

/** The target of an operation that makes a policy: it has no id yet, and `p-*` stands for it. */
export const newPolicyTarget = organizationTarget("policy", () => "p-*");

/** What an operation makes, for `organizations:TagResource`: it has no id yet. */
export const newUnitTarget = organizationTarget("ou", () => "ou-*");
export const newAccountTarget = organizationTarget("account", () => "*");

/** The organization's resource policy: it has an id from its making on. */
export async function resourcePolicyTarget(context: OperationContext): Promise<Target> {
  const account = context.settings.managementAccount;
  const record = await context.unit.get(organizationPolicyKey(account));
  return organizationTarget("resourcepolicy", () => record?.id ?? "rp-*")(context, {});
}

/** Ids tell what they are of. */
export function resourceKindOf(id: string | undefined): Kind | undefined {
  if (id === undefined) return undefined;
  if (/^\d{12}$/.test(id)) return "account";
  return PREFIXES.find(([prefix]) => id.startsWith(prefix))?.[1];
}

const PREFIXES: readonly (readonly [prefix: string, kind: Kind])[] = [
  ["ou-", "ou"],
  ["r-", "root"],
  ["p-", "policy"],
  ["rp-", "resourcepolicy"],
];

/** `aws:ResourceTag/...`; undefined: there is no such resource. */
async function tagsOf(
  { unit, settings }: OrganizationScope,
  organization: OrganizationRecord,
  id: string,
): Promise<readonly Tag[] | undefined> {
  const { managementAccount } = settings;
  switch (resourceKindOf(id)) {
    case "account":
      return (await unit.get(memberKey(managementAccount, id)))?.tags;
    case "ou":
      return (await unit.get(organizationalUnitKey(managementAccount, id)))?.tags;
    case "root":
      return id === organization.rootId ? organization.rootTags : undefined;
    case "policy":
      return id === FULL_AWS_ACCESS.id
        ? []
        : (await unit.get(serviceControlPolicyKey(managementAccount, id)))?.tags;
    case "resourcepolicy": {
      const record = await unit.get(organizationPolicyKey(managementAccount));
      return record?.id === id ? record.tags : undefined;
    }
    default:
      return undefined;
  }
}
