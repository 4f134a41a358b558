import { type Decider, type Verdict, worstOf } from "../account/decider.ts";
import type { Directory, Entity } from "../account/directory.ts";
import type { Assuming } from "../who/assume.ts";
import type { Abilities } from "./abilities.ts";
import { administratorOf } from "./administrators.ts";
import type { Method } from "./methods.ts";
import * as methods from "./methods.ts";

/** A step that brings an entity nearer to being an administrator. */
export interface Step {
  readonly method: string;
  readonly text: string;
  readonly actions: readonly string[];
  /** The entity or group that it becomes; undefined: it can have any permission. */
  readonly to: string | undefined;
  readonly verdict: Exclude<Verdict, "denied">;
}

/** A step by a method. */
export const stepBy = (
  { name, text: own, needs }: Method,
  verdict: Step["verdict"],
  to?: string,
  text: string = own,
): Step => ({
  method: name,
  text,
  // One of each list must be allowed, so a deny of one whole list is enough.
  actions: needs[0] ?? [],
  to,
  verdict,
});

/** Roles that one entity's own changes are tried on. */
const MOST_ROLES = 200;

/** A step that gives any permission at once. */
export function firstStep(
  entity: Entity,
  directory: Directory,
  decider: Decider,
  abilities: Abilities,
  assuming: Assuming,
): Step | undefined {
  const { account, groups } = directory;
  const isUser = entity.type === "User";
  const own = entity.policies
    .filter(({ id }) => id.startsWith(`arn:aws:iam::${account}:policy/`))
    .map(({ id }) => id);
  const attempts: readonly (readonly [Method, readonly string[]])[] = [
    [isUser ? methods.PUT_USER_POLICY : methods.PUT_ROLE_POLICY, [entity.arn]],
    [methods.PUT_GROUP_POLICY, entity.groups.flatMap((name) => groups.get(name)?.arn ?? [])],
    [methods.CREATE_POLICY_VERSION, own],
    [methods.CREATE_USER, [`arn:aws:iam::${account}:user/new-user`]],
    [methods.CREATE_ROLE, [`arn:aws:iam::${account}:role/new-role`]],
  ];
  for (const [method, resources] of attempts) {
    for (const resource of resources) {
      const verdict = abilities.can(entity, method, resource);
      if (verdict !== "denied")
        return stepBy(method, verdict, undefined, `${method.text} (${resource})`);
    }
  }
  return (
    liftedBoundary(entity, directory, decider, abilities) ??
    assumableRole(entity, directory, abilities, assuming)
  );
}

/** A role that the entity can give any policy, and can assume. */
function assumableRole(
  entity: Entity,
  { entities }: Directory,
  abilities: Abilities,
  assuming: Assuming,
): Step | undefined {
  const method = methods.PUT_ROLE_POLICY;
  if (!abilities.mayUse(entity, method)) return undefined;
  let tried = 0;
  for (const role of entities) {
    if (role.type !== "Role" || role === entity || tried >= MOST_ROLES) continue;
    const put = abilities.can(entity, method, role.arn);
    if (put === "denied") continue;
    tried++;
    const verdict = worstOf([put, assuming.canAssume(entity, role)]);
    if (verdict === "denied") continue;
    const text = `give ${role.arn} any policy, and assume it`;
    return {
      ...stepBy(method, verdict, undefined, text),
      method: "Put policy on an assumable role",
    };
  }
  return undefined;
}

function liftedBoundary(
  entity: Entity,
  directory: Directory,
  decider: Decider,
  abilities: Abilities,
): Step | undefined {
  if (entity.boundary === undefined) return undefined;
  const method = entity.type === "User" ? methods.LIFT_USER_BOUNDARY : methods.LIFT_ROLE_BOUNDARY;
  const verdict = abilities.can(entity, method, entity.arn);
  if (verdict === "denied") return undefined;
  const free = administratorOf({ ...entity, boundary: undefined }, directory, decider);
  return free === undefined ? undefined : stepBy(method, verdict);
}
