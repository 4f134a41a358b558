import {
  authorize,
  type CompiledPolicy,
  type ContextValue,
  compilePolicy,
} from "@portcullis/policy";
import { type Decider, deciderOf, type Verdict, worstOf } from "../account/decider.ts";
import { type Directory, type Entity, readDirectory } from "../account/directory.ts";
import type { AccountModel } from "../account/model.ts";
import { inSlices, type Progress } from "../account/progress.ts";
import type { PrincipalAccess, WhoCanAnswer, WhoCanOptions, WhoCanQuestion } from "./answer.ts";
import { type Assuming, assumingIn } from "./assume.ts";
import { grantsOf } from "./grants.ts";

/** Entities that one slice of work asks. */
const SLICE = 200;

/**
 * Which users and roles can do an action on a resource: themselves, or by assuming roles. Runs in
 * slices of some milliseconds; `runToEnd` runs them all.
 */
export function* whoCan(
  model: AccountModel,
  question: WhoCanQuestion,
  { maxRoles = 3 }: WhoCanOptions = {},
): Generator<Progress, WhoCanAnswer> {
  const directory = yield* readDirectory(model);
  const decider = deciderOf(directory, lowerCase(question.context));
  const found = new Map<Entity, Reach>();
  yield* inSlices("direct access", directory.entities, SLICE, (entity) => {
    const access = decider.decide(entity, withTrust(question, directory));
    if (access !== "denied") found.set(entity, { access, next: undefined });
  });
  yield* followRoles(found, directory, decider, maxRoles);
  const principals = [...found].map(([entity, reach]) =>
    accessOf(entity, reach, found, question, decider),
  );
  return { principals, root: rootMay(directory, question) };
}

/** How an entity gets to the access: itself, or through a role. */
interface Reach {
  readonly access: Exclude<Verdict, "denied">;
  readonly next: Entity | undefined;
}

/** A request context by key, in lower case, as `deciderOf` takes it. */
export function lowerCase(
  context: { readonly [key: string]: ContextValue } | undefined,
): ReadonlyMap<string, ContextValue> {
  return new Map(Object.entries(context ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
}

/** A role's trust policy is part of the question who can assume it. */
function withTrust({ action, resource }: WhoCanQuestion, { byArn }: Directory) {
  const role = /^sts:assumerole/i.test(action) ? byArn.get(resource) : undefined;
  return { action, resource, trust: role?.trust };
}

/** From roles that have access back to who can assume them, one step a round. */
function* followRoles(
  found: Map<Entity, Reach>,
  directory: Directory,
  decider: Decider,
  maxRoles: number,
): Generator<Progress, void> {
  const assuming: Assuming = assumingIn(directory, decider);
  let frontier = [...found.keys()].filter(({ type }) => type === "Role");
  for (let round = 0; round < maxRoles && frontier.length > 0; round++) {
    const next: Entity[] = [];
    for (const [at, role] of frontier.entries()) {
      let asked = 0;
      for (const entity of assuming.candidatesFor(role)) {
        if (asked++ % SLICE === 0) yield { phase: "roles", done: at, total: frontier.length };
        const known = found.get(entity);
        if (known?.access === "allowed") continue;
        const access = worstOf([
          assuming.canAssume(entity, role),
          found.get(role)?.access ?? "denied",
        ]);
        if (access === "denied") continue;
        // A way that holds whatever the context is better than one that may not.
        if (known !== undefined && access === "conditional") continue;
        found.set(entity, { access, next: role });
        if (entity.type === "Role") next.push(entity);
      }
    }
    frontier = next;
  }
}

function accessOf(
  entity: Entity,
  { access, next }: Reach,
  found: ReadonlyMap<Entity, Reach>,
  { action, resource }: WhoCanQuestion,
  decider: Decider,
): PrincipalAccess {
  const roles: string[] = [];
  let last = entity;
  for (
    let role = next;
    role !== undefined && !roles.includes(role.arn);
    role = found.get(role)?.next
  ) {
    roles.push(role.arn);
    last = role;
  }
  const { grants, conditionKeys } = grantsOf(last, action, resource, decider.knownFor(last));
  return {
    principal: entity.arn,
    principalType: entity.type,
    access,
    roles,
    grants,
    conditionKeys,
  };
}

function rootMay(
  { account, serviceControl }: Directory,
  { action, resource, context }: WhoCanQuestion,
): boolean {
  const levels = serviceControl.map((level) =>
    level.flatMap(({ id, document }): CompiledPolicy[] =>
      document.policy === undefined
        ? []
        : [compilePolicy(document.policy, { policyId: id, type: "service control" })],
    ),
  );
  const arn = `arn:aws:iam::${account}:root`;
  // Root users can't assume roles.
  if (/^sts:assumerole/i.test(action)) return false;
  const policies =
    levels.length === 0 ? { identity: [] } : { identity: [], serviceControl: levels };
  const principal = { type: "Root", account, arn, userId: account } as const;
  return (
    authorize({ principal, action, resource, context: lowerCase(context), policies }).outcome ===
    "allowed"
  );
}
