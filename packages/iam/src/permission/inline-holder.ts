import { incrementEpoch } from "../entity/epoch.ts";
import { findGroup, groupTarget } from "../entity/group.ts";
import { findModifiableRole, findRole, lookUpRole, roleTarget, saveRole } from "../entity/role.ts";
import { findUser, lookUpUser, updatePrincipal } from "../entity/user.ts";
import { userTarget } from "../entity/user-description.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { groupKey } from "../record/group.ts";
import type { InlinePolicy } from "../record/policy-holder.ts";
import { LIMITS } from "../settings.ts";

/** What operations on inline policies need to know of a kind of holder. */
export interface InlineHolderKind {
  readonly noun: "user" | "group" | "role";
  /** Characters without whitespace, of all inline policies together. */
  readonly sizeLimit: number;
  readonly target: (context: OperationContext, name: string) => Promise<Target>;
  /** @throws {ApiError} `NoSuchEntity` */
  readonly open: (context: OperationContext, name: string) => Promise<InlineHolder>;
  /** ARN of the holder's permissions boundary, if it is there and has one. */
  readonly boundary: (context: OperationContext, name: string) => Promise<string | undefined>;
}

export interface InlineHolder {
  readonly name: string;
  readonly inline: readonly InlinePolicy[];
  readonly save: (inline: readonly InlinePolicy[]) => Promise<void>;
}

export const userHolder: InlineHolderKind = {
  noun: "user",
  sizeLimit: LIMITS.userInlineSize,
  target: userTarget,
  async open(context, name) {
    const user = await findUser(context, name);
    return { ...user.principal, save: (inline) => updatePrincipal(context, user, { inline }) };
  },
  boundary: async (context, name) => (await lookUpUser(context, name))?.principal.boundary,
};

export const groupHolder: InlineHolderKind = {
  noun: "group",
  sizeLimit: LIMITS.groupInlineSize,
  target: groupTarget,
  async open(context, name) {
    const group = await findGroup(context, name);
    return {
      ...group,
      async save(inline) {
        context.unit.put(groupKey(context.account, group.id), { ...group, inline });
        await incrementEpoch(context);
      },
    };
  },
  boundary: async () => undefined,
};

export const roleHolder: InlineHolderKind = {
  noun: "role",
  sizeLimit: LIMITS.roleInlineSize,
  target: roleTarget,
  async open(context, name) {
    const role = await findRole(context, name);
    return {
      ...role,
      // Service-linked roles are read like others, and changed by nobody.
      save: async (inline) =>
        saveRole(context, { ...(await findModifiableRole(context, name)), inline }),
    };
  },
  boundary: async (context, name) => (await lookUpRole(context, name))?.boundary,
};
