import { incrementEpoch } from "../entity/epoch.ts";
import { findGroup, groupTarget } from "../entity/group.ts";
import { findModifiableRole, findRole, lookUpRole, roleTarget, saveRole } from "../entity/role.ts";
import { findUser, lookUpUser, updatePrincipal } from "../entity/user.ts";
import { userTarget } from "../entity/user-description.ts";
import type { OperationContext, Target } from "../model/operation.ts";
import { groupKey } from "../record/group.ts";
import type { InlinePolicy } from "../record/policy-holder.ts";
import { LIMITS } from "../settings.ts";

/** The user, group or role variant of the operations on inline policies. */
export interface InlineHolderKind {
  readonly noun: "user" | "group" | "role";
  /** Limit of all inline policies together, in characters without whitespace. */
  readonly sizeLimit: number;
  readonly target: (context: OperationContext, name: string) => Promise<Target>;
  /** @throws {ApiError} `NoSuchEntity` */
  readonly open: (context: OperationContext, name: string) => Promise<InlineHolder>;
  /**
   * The ARN of the holder's permissions boundary. Undefined if there is none, or no such holder.
   */
  readonly boundary: (context: OperationContext, name: string) => Promise<string | undefined>;
}

/** A user, group or role with its inline policies. */
export interface InlineHolder {
  readonly name: string;
  readonly inline: readonly InlinePolicy[];
  readonly save: (inline: readonly InlinePolicy[]) => Promise<void>;
}

/** Inline policies of users. They are a part of the user's principal. */
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

/** Inline policies of groups. They are shared documents under the account's epoch. */
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

/** Inline policies of roles. */
export const roleHolder: InlineHolderKind = {
  noun: "role",
  sizeLimit: LIMITS.roleInlineSize,
  target: roleTarget,
  async open(context, name) {
    const role = await findRole(context, name);
    return {
      ...role,
      // Service-linked roles are read-only.
      save: async (inline) =>
        saveRole(context, { ...(await findModifiableRole(context, name)), inline }),
    };
  },
  boundary: async (context, name) => (await lookUpRole(context, name))?.boundary,
};
