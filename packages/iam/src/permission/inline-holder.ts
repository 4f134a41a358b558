import { moveEpoch } from "../entity/epoch.ts";
import { findGroup, groupTarget } from "../entity/group-changes.ts";
import { findOwnRole, findRole, lookUpRole, roleTarget, saveRole } from "../entity/role-changes.ts";
import { changePrincipal, findUser, lookUpUser } from "../entity/user-changes.ts";
import { userTarget } from "../entity/user-description.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { groupKey } from "../record/group.ts";
import type { InlinePolicy } from "../record/policy-holder.ts";
import { LIMITS } from "../settings.ts";

/** What operations on inline policies need to know of a kind of holder. */
export interface HolderKind {
  readonly noun: "user" | "group" | "role";
  /** Characters without whitespace, of all inline policies together. */
  readonly sizeLimit: number;
  readonly target: (context: OperationContext, name: string) => Promise<Target>;
  /** @throws {ApiError} `NoSuchEntity` */
  readonly open: (context: OperationContext, name: string) => Promise<Holder>;
  /** ARN of the holder's permissions boundary, if it is there and has one. */
  readonly boundary: (context: OperationContext, name: string) => Promise<string | undefined>;
}

export interface Holder {
  readonly name: string;
  readonly inline: readonly InlinePolicy[];
  readonly save: (inline: readonly InlinePolicy[]) => Promise<void>;
}

export const userHolder: HolderKind = {
  noun: "user",
  sizeLimit: LIMITS.userInlineSize,
  target: userTarget,
  async open(context, name) {
    const user = await findUser(context, name);
    return { ...user.principal, save: (inline) => changePrincipal(context, user, { inline }) };
  },
  boundary: async (context, name) => (await lookUpUser(context, name))?.principal.boundary,
};

export const groupHolder: HolderKind = {
  noun: "group",
  sizeLimit: LIMITS.groupInlineSize,
  target: groupTarget,
  async open(context, name) {
    const group = await findGroup(context, name);
    return {
      ...group,
      async save(inline) {
        context.unit.put(groupKey(context.account, group.id), { ...group, inline });
        await moveEpoch(context);
      },
    };
  },
  boundary: async () => undefined,
};

export const roleHolder: HolderKind = {
  noun: "role",
  sizeLimit: LIMITS.roleInlineSize,
  target: roleTarget,
  async open(context, name) {
    const role = await findRole(context, name);
    return {
      ...role,
      // Service-linked roles are read like others, and changed by nobody.
      save: async (inline) => saveRole(context, { ...(await findOwnRole(context, name)), inline }),
    };
  },
  boundary: async (context, name) => (await lookUpRole(context, name))?.boundary,
};
