import { isCannedArn } from "../canned/index.ts";
import { incrementEpoch } from "../entity/epoch.ts";
import { findGroup, groupTarget } from "../entity/group.ts";
import {
  findModifiableRole,
  findRole,
  lookUpRole,
  roleAsHolder,
  roleTarget,
  saveRole,
} from "../entity/role.ts";
import { findUser, lookUpUser, updatePrincipal, userAsHolder } from "../entity/user.ts";
import { userTarget } from "../entity/user-description.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { groupKey } from "../record/group.ts";
import { type AttachmentEntry, policyNameOf } from "../record/managed-policy.ts";

/** What attaching managed policies needs to know of a kind of holder. */
export interface AttachmentHolderKind {
  /** AWS's name of the quota of attached policies. */
  readonly quota: string;
  readonly target: (context: OperationContext, name: string) => Promise<Target>;
  /** @throws {ApiError} `NoSuchEntity`; with `change`, `UnmodifiableEntity` for what its account may not change */
  readonly open: (
    context: OperationContext,
    name: string,
    purpose: "read" | "change",
  ) => Promise<AttachmentHolder>;
  /** ARN of the permissions boundary of a holder that is there and has one. */
  readonly boundary: (context: OperationContext, name: string) => Promise<string | undefined>;
}

export interface AttachmentHolder {
  readonly entry: AttachmentEntry;
  readonly attached: readonly string[];
  readonly save: (attached: readonly string[]) => Promise<void>;
}

export const userHolder: AttachmentHolderKind = {
  quota: "PoliciesPerUser",
  target: userTarget,
  async open(context, name) {
    const user = await findUser(context, name);
    return {
      entry: userAsHolder(user.principal),
      attached: user.principal.attached,
      save: (attached) => updatePrincipal(context, user, { attached }),
    };
  },
  boundary: async (context, name) => (await lookUpUser(context, name))?.principal.boundary,
};

export const groupHolder: AttachmentHolderKind = {
  quota: "PoliciesPerGroup",
  target: groupTarget,
  async open(context, name) {
    const group = await findGroup(context, name);
    return {
      entry: { type: "Group", name: group.name, id: group.id, path: group.path },
      attached: group.attached,
      // INVARIANT: the account's record names the same policies of a group as the group's own.
      async save(attached) {
        context.unit.put(groupKey(context.account, group.id), { ...group, attached });
        await incrementEpoch(context, ({ groups: { [group.id]: _, ...others }, ...account }) => {
          const own = attached.filter((arn) => !isCannedArn(arn)).map(policyNameOf);
          return { ...account, groups: own.length === 0 ? others : { ...others, [group.id]: own } };
        });
      },
    };
  },
  boundary: async () => undefined,
};

export const roleHolder: AttachmentHolderKind = {
  quota: "PoliciesPerRole",
  target: roleTarget,
  async open(context, name, purpose) {
    const role = await (purpose === "change" ? findModifiableRole : findRole)(context, name);
    return {
      entry: roleAsHolder(role),
      attached: role.attached,
      save: async (attached) => saveRole(context, { ...role, attached }),
    };
  },
  boundary: async (context, name) => (await lookUpRole(context, name))?.boundary,
};
