import type { Decider, Verdict } from "../account/decider.ts";
import type { Directory, Entity } from "../account/directory.ts";
import { inSlices, type Progress } from "../account/progress.ts";
import { type Assuming, assumingIn } from "../who/assume.ts";
import { type Abilities, abilitiesIn } from "./abilities.ts";
import { administratorOf } from "./administrators.ts";
import type { AccountFinding, Evidence } from "./finding.ts";
import { firstStep, type Step, stepBy } from "./first-step.ts";
import { makeFinding, placeOf } from "./make-finding.ts";
import type { Method } from "./methods.ts";
import * as methods from "./methods.ts";

/** Entities that one slice of work asks. */
const SLICE = 100;
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

/** ARNs of groups whose members are administrators. */
function administratorGroups(directory: Directory, decider: Decider): readonly string[] {
  const { account } = directory;
  return [...directory.groups.values()].flatMap(({ name, arn, policies }) => {
    const member = {
      type: "User",
      arn: `arn:aws:iam::${account}:user/new-member`,
      name: "new-member",
      id: "AIDANEWMEMBER00000001",
    } as const;
    const entity: Entity = {
      ...member,
      principal: { type: "User", account, arn: member.arn, userId: member.id },
      policies,
      boundary: undefined,
      groups: [name],
      tags: [],
      trust: undefined,
    };
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
    ...placeOf(entity),
    title: `The ${entity.type.toLowerCase()} can make itself an administrator`,
    details: `In ${evidence.length === 1 ? "one step" : `${evidence.length} steps`}: ${way}.`,
    evidence,
    remedy:
      only?.type === "step" && only.method === "Assume role"
        ? "Take the principal out of the role's trust policy, or sts:AssumeRole on the role out of its policies."
        : "Limit the actions of the first step to resources that give nothing more, or add a permissions boundary that must be passed on.",
  });
}
