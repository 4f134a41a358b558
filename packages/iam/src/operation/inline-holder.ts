import { ApiError, noSuchEntity } from "../error.ts";
import type { OperationContext, Target } from "../operation.ts";
import { groupKey } from "../record/group.ts";
import type { InlinePolicy } from "../record/policy-holder.ts";
import { roleArn, roleKey } from "../record/role.ts";
import { userKey } from "../record/user.ts";
import { LIMITS } from "../settings.ts";
import { moveEpoch } from "./epoch.ts";
import { findGroup, groupTarget } from "./group-changes.ts";
import { userTarget } from "./user.ts";
import { changePrincipal, findUser } from "./user-changes.ts";

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
  /** Throws when nobody but the service may change it. */
  readonly refuseChange?: (path: string, name: string) => void;
}

export interface Holder {
  readonly name: string;
  readonly path: string;
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
  boundary: async ({ account, unit }, name) => (await unit.get(userKey(account, name)))?.principal.boundary,
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
  async target({ account, unit }, name) {
    const role = await unit.get(roleKey(account, name));
    return {
      arn: roleArn(role ?? { account, path: "/", name }),
      said: `role ${name}`,
      ...(role ? { tags: role.tags } : {}),
    };
  },
  async open({ account, unit }, name) {
    const role = await unit.get(roleKey(account, name));
    if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return { ...role, save: async (inline) => unit.put(roleKey(account, role.name), { ...role, inline }) };
  },
  boundary: async ({ account, unit }, name) => (await unit.get(roleKey(account, name)))?.boundary,
  refuseChange(path, name) {
    if (!path.startsWith("/aws-service-role/")) return;
    throw new ApiError(
      "UnmodifiableEntity",
      `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
    );
  },
};
