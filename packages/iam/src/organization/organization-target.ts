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

/** Returns `arn:aws:organizations::<management account>:<kind>/<organization>/<id>`. */
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

/** Returns the ARN of an AWS managed service control policy. */
export const awsManagedPolicyArn = (id: string): string =>
  `arn:aws:organizations::aws:policy/service_control_policy/${id}`;

type TargetOf<Input> = (context: OperationContext, input: Input) => Promise<Target>;

/**
 * Returns the function that finds an operation's target by an id in its input. The organization
 * belongs to the management account, whichever account the caller belongs to.
 * @param kind for ids that do not contain their kind
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

/** Returns the target of operations without a resource. */
export const wholeOrganization = async ({ settings }: OperationContext): Promise<Target> => ({
  arn: "*",
  account: settings.managementAccount,
});

/** The target of operations that create a policy. It has no id yet; `p-*` stands for it. */
export const newPolicyTarget = organizationTarget("policy", () => "p-*");

/** The target of `organizations:TagResource` at creation of a unit, which has no id yet. */
export const newUnitTarget = organizationTarget("ou", () => "ou-*");
/** The target of `organizations:TagResource` at creation of an account, which has no id yet. */
export const newAccountTarget = organizationTarget("account", () => "*");

/** Returns the organization's resource policy as a target. It has an id once it is created. */
export async function resourcePolicyTarget(context: OperationContext): Promise<Target> {
  const account = context.settings.managementAccount;
  const record = await context.unit.get(organizationPolicyKey(account));
  return organizationTarget("resourcepolicy", () => record?.id ?? "rp-*")(context, {});
}

/** Returns the kind of resource that an id belongs to, by its form. */
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

/** Returns the tags for `aws:ResourceTag/...`. Undefined: there is no such resource. */
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
