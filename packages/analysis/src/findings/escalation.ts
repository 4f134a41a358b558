import type { Decider, Verdict } from "../account/decider.ts";
import { type Directory, type Entity, userEntity } from "../account/directory.ts";
import { inSlices, type Progress } from "../account/progress.ts";
import { type Assuming, assumingIn } from "../who/assume.ts";
import { type Abilities, abilitiesIn } from "./abilities.ts";
import { administratorOf } from "./administrators.ts";
import type { AccountFinding, Evidence } from "./finding.ts";
import { makeFinding, resourceTypeOf } from "./make-finding.ts";
import type { Method } from "./methods.ts";
import * as methods from "./methods.ts";

/** A step that brings an entity nearer to being an administrator. */
interface Step {
  readonly method: string;
  readonly text: string;
  readonly actions: readonly string[];
  /** The entity or group that it becomes; undefined: it can have any permission. */
  readonly to: string | undefined;
  readonly verdict: Exclude<Verdict, "denied">;
}

/** Entities that one slice of work asks. */
const SLICE = 100;
/** Roles that one entity's own changes are tried on. */
const MOST_ROLES = 200;

/**
 * Who is no administrator, but can become one in one or several steps. The graph is searched from
 * administrators backwards, breadth first, so that each entity has its shortest way.
 */
export function* escalationFindings(
  directory: Directory,
  decider: Decider,
  administrators: ReadonlySet<string>,
): Generator<Progress, readonly AccountFinding[]> {
  const abilities = abilitiesIn(directory, decider);
  const assuming = assumingIn(directory, decider);
  for (const list of INDEXED) yield* abilities.index(list);
  const steps = new Map<string, Step>();
  const { entities } = directory;
  const able = entities.filter((entity) => abilities.hasAny(entity));
  let frontier = [...administrators];
  yield* inSlices("escalation", able, SLICE, (entity) => {
    if (administrators.has(entity.arn)) return;
    const step = firstStep(entity, directory, decider, abilities, assuming);
    if (step === undefined) return;
    steps.set(entity.arn, step);
    frontier.push(entity.arn);
  });
  frontier.push(...administratorGroups(directory, decider));
  for (let round = 0; frontier.length > 0 && round < MOST_STEPS; round++) {
    const next: string[] = [];
    let asked = 0;
    for (const [at, target] of frontier.entries()) {
      for (const { entity, step } of stepsTo(target, directory, abilities, assuming)) {
        if (asked++ % SLICE === 0) yield { phase: "escalation", done: at, total: frontier.length };
        if (administrators.has(entity.arn) || steps.has(entity.arn)) continue;
        const found = step();
        if (found === undefined) continue;
        steps.set(entity.arn, found);
        next.push(entity.arn);
      }
    }
    frontier = next;
  }
  return entities.flatMap((entity) => {
    const step = steps.get(entity.arn);
    return step === undefined ? [] : [escalationFinding(entity, step, steps)];
  });
}

const MOST_STEPS = 8;
const INDEXED = [
  methods.ON_USER,
  methods.ON_ROLE,
  methods.ON_GROUP,
  methods.ON_PROVIDER,
  methods.PASS_ROLE,
];

/** A step that gives any permission at once. */
function firstStep(
  entity: Entity,
  directory: Directory,
  decider: Decider,
  abilities: Abilities,
  assuming: Assuming,
): Step | undefined {
  const { account, groups, byArn } = directory;
  const isUser = entity.type === "User";
  const own = entity.policies
    .filter(({ id }) => id.startsWith(`arn:aws:iam::${account}:policy/`))
    .map(({ id }) => id);
  const attempts: readonly (readonly [readonly Method[], readonly string[]])[] = [
    [isUser ? methods.ON_OWN_USER : methods.ON_OWN_ROLE, [entity.arn]],
    [methods.ON_OWN_GROUP, entity.groups.flatMap((name) => groups.get(name)?.arn ?? [])],
    [methods.ON_OWN_POLICY, own],
    [methods.ON_NEW_USER, [`arn:aws:iam::${account}:user/new-user`]],
    [methods.ON_NEW_ROLE, [`arn:aws:iam::${account}:role/new-role`]],
  ];
  for (const [list, resources] of attempts) {
    for (const method of list) {
      for (const resource of resources) {
        const verdict = abilities.can(entity, method, resource);
        if (verdict !== "denied")
          return stepBy(method, verdict, undefined, `${method.text} (${resource})`);
      }
    }
  }
  const lifted = liftedBoundary(entity, directory, decider, abilities);
  if (lifted !== undefined) return lifted;
  const [method] = methods.ON_OWN_ROLE;
  if (!abilities.mayUse(entity, method!)) return undefined;
  let tried = 0;
  for (const role of byArn.values()) {
    if (role.type !== "Role" || role === entity || tried >= MOST_ROLES) continue;
    const put = abilities.can(entity, method!, role.arn);
    if (put === "denied") continue;
    tried++;
    const assume = assuming.canAssume(entity, role);
    if (assume === "denied") continue;
    const verdict = put === "allowed" && assume === "allowed" ? "allowed" : "conditional";
    const text = `give ${role.arn} any policy, and assume it`;
    return {
      ...stepBy(method!, verdict, undefined, text),
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
  const [method] = entity.type === "User" ? methods.ON_USER_BOUNDARY : methods.ON_ROLE_BOUNDARY;
  const verdict = abilities.can(entity, method!, entity.arn);
  if (verdict === "denied") return undefined;
  const free = administratorOf({ ...entity, boundary: undefined }, directory, decider);
  return free === undefined ? undefined : stepBy(method!, verdict);
}

/** ARNs of groups whose members are administrators. */
function administratorGroups(directory: Directory, decider: Decider): readonly string[] {
  const { account } = directory;
  return [...directory.groups.values()].flatMap(({ name, arn, policies }) => {
    const member = `arn:aws:iam::${account}:user/new-member`;
    const entity = userEntity(account, "new-member", member, "AIDANEWMEMBER00000001", {
      policies,
      boundary: undefined,
      groups: [name],
      tags: [],
      trust: undefined,
    });
    return administratorOf(entity, directory, decider) === undefined ? [] : [arn];
  });
}

interface Attempt {
  readonly entity: Entity;
  /** Asks the engine. */
  readonly step: () => Step | undefined;
}

/** Who could become the target, and how. */
function* stepsTo(
  target: string,
  { byArn, groupsByArn }: Directory,
  abilities: Abilities,
  assuming: Assuming,
): Generator<Attempt> {
  const by = function* (list: readonly Method[], resource: string): Generator<Attempt> {
    for (const entity of abilities.candidatesFor(list, resource)) {
      if (entity.arn === target) continue;
      const step = () => firstOf(list, target, (method) => abilities.can(entity, method, resource));
      yield { entity, step };
    }
  };
  const entity = byArn.get(target);
  if (entity === undefined) {
    if (!groupsByArn.has(target)) return;
    for (const attempt of by(methods.ON_GROUP, target))
      if (attempt.entity.type === "User") yield attempt;
    return;
  }
  if (entity.type === "User") {
    yield* by(methods.ON_USER, target);
    return;
  }
  for (const one of assuming.candidatesFor(entity))
    yield {
      entity: one,
      step: () => firstOf([ASSUME], target, () => assuming.canAssume(one, entity)),
    };
  const trusted = trustedOf(entity);
  yield* by(methods.ON_ROLE, target);
  for (const provider of trusted.providers) yield* by(methods.ON_PROVIDER, provider);
  if (!trusted.service) return;
  for (const { entity: one, step } of by(methods.PASS_ROLE, target))
    yield { entity: one, step: () => (runs(one, abilities) ? step() : undefined) };
}

const ASSUME: Method = {
  name: "Assume role",
  text: "assume the role",
  needs: [["sts:AssumeRole"]],
};

const runs = (entity: Entity, abilities: Abilities): boolean =>
  abilities.canAny(entity, methods.RUN_WITH_ROLE, "*") !== "denied";

function firstOf(
  list: readonly Method[],
  to: string,
  ask: (method: Method) => Verdict,
): Step | undefined {
  for (const method of list) {
    const verdict = ask(method);
    if (verdict !== "denied") return stepBy(method, verdict, to);
  }
  return undefined;
}

const stepBy = (
  { name, text: own, needs }: Method,
  verdict: Step["verdict"],
  to?: string,
  text = own,
): Step => ({
  method: name,
  text,
  // One of each list must be allowed, so a deny of one whole list is enough.
  actions: needs[0] ?? [],
  to,
  verdict,
});

function trustedOf({ trust }: Entity): {
  readonly providers: readonly string[];
  readonly service: boolean;
} {
  const names = (trust?.policy?.statements ?? []).flatMap(({ effect, principal }) =>
    effect === "Allow" ? (principal?.names ?? []) : [],
  );
  return {
    providers: names
      .filter(({ type, value }) => type === "Federated" && value.startsWith("arn:"))
      .map(({ value }) => value),
    service: names.some(({ type }) => type === "Service"),
  };
}

function escalationFinding(
  entity: Entity,
  first: Step,
  steps: ReadonlyMap<string, Step>,
): AccountFinding {
  const evidence: Evidence[] = [];
  let from = entity.arn;
  let always = true;
  for (let step: Step | undefined = first; step !== undefined; ) {
    const to = step.to ?? "any permission";
    evidence.push({
      type: "step",
      from,
      to,
      method: step.method,
      actions: step.actions,
      text: `${from} can ${step.text}${step.verdict === "allowed" ? "" : ", on conditions"}.`,
    });
    if (step.verdict !== "allowed") always = false;
    if (step.to === undefined || evidence.length > MOST_STEPS) break;
    from = step.to;
    step = steps.get(from);
  }
  const [only] = evidence;
  const way = evidence.map((one) => (one.type === "step" ? one.method : "")).join(", ");
  return makeFinding({
    kind: "PrivilegeEscalation",
    severity: always ? "HIGH" : "MEDIUM",
    resource: entity.arn,
    resourceType: resourceTypeOf(entity),
    title: `The ${entity.type === "User" ? "user" : "role"} can make itself an administrator`,
    details: `In ${evidence.length === 1 ? "one step" : `${evidence.length} steps`}: ${way}.`,
    evidence,
    remedy:
      only?.type === "step" && only.method === "Assume role"
        ? "Take the principal out of the role's trust policy, or sts:AssumeRole on the role out of its policies."
        : "Limit the actions of the first step to resources that give nothing more, or add a permissions boundary that must be passed on.",
  });
}
