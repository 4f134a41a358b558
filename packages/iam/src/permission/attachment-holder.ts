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

/** The user, group or role variant of the operations on attached managed policies. */
export interface AttachmentHolderKind {
  /** The quota's name in AWS's error message, such as `PoliciesPerUser`. */
  readonly quota: string;
  readonly target: (context: OperationContext, name: string) => Promise<Target>;
  /**
   * @throws {ApiError} `NoSuchEntity`. With `change`: `UnmodifiableEntity` for a service-linked
   * role
   */
  readonly open: (
    context: OperationContext,
    name: string,
    purpose: "read" | "change",
  ) => Promise<AttachmentHolder>;
  /**
   * The ARN of the holder's permissions boundary. Undefined if there is none, or no such holder.
   */
  readonly boundary: (context: OperationContext, name: string) => Promise<string | undefined>;
}

/** A user, group or role with its attached policies, by ARN. */
export interface AttachmentHolder {
  readonly entry: AttachmentEntry;
  readonly attached: readonly string[];
  readonly save: (attached: readonly string[]) => Promise<void>;
}

/** Attached policies of users. */
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

/** Attached policies of groups. They are listed in the account's record too. */
export const groupHolder: AttachmentHolderKind = {
  quota: "PoliciesPerGroup",
  target: groupTarget,
  async open(context, name) {
    const group = await findGroup(context, name);
    return {
      entry: { type: "Group", name: group.name, id: group.id, path: group.path },
      attached: group.attached,
      // INVARIANT: the account's record lists the same customer managed policies for a group as the
      // group's own record.
      async save(attached) {
        context.unit.put(groupKey(context.account, group.id), { ...group, attached });
        await incrementEpoch(context, ({ groups: { [group.id]: _, ...others }, ...account }) => {
          const customerManaged = attached.filter((arn) => !isCannedArn(arn)).map(policyNameOf);
          return {
            ...account,
            groups:
              customerManaged.length === 0 ? others : { ...others, [group.id]: customerManaged },
          };
        });
      },
    };
  },
  boundary: async () => undefined,
};

/** Attached policies of roles. Those of service-linked roles can't be changed. */
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
