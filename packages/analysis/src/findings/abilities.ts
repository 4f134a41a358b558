import { matchesWildcard } from "@portcullis/policy";
import { bestOf, type Decider, type Verdict, worstOf } from "../account/decider.ts";
import type { Directory, Entity, ReadDocument } from "../account/directory.ts";
import { inSlices, type Progress } from "../account/progress.ts";
import { cached } from "../collection/cached.ts";
import { coversAction } from "../who/assume.ts";
import { ALL_ACTIONS, type Method } from "./methods.ts";

/**
 * Which methods an entity can use, and on what. Asks the engine only where a policy names the
 * actions.
 */
export interface Abilities {
  /** Some policy of the entity allows an action of some method. */
  hasAny(entity: Entity): boolean;
  /** On something. */
  mayUse(entity: Entity, method: Method): boolean;
  can(entity: Entity, method: Method, resource: string): Verdict;
  /** Makes `candidatesFor` some methods ready, in slices. */
  index(methods: readonly Method[]): Generator<Progress, void>;
  /**
   * Entities that may be able to use one of the methods on the resource, so that not all have to be
   * asked.
   */
  candidatesFor(methods: readonly Method[], resource: string): Iterable<Entity>;
  /** Allows one of some actions on the resource. */
  canAny(entity: Entity, actions: readonly string[], resource: string): Verdict;
}

/**
 * The abilities of an account's users and roles. Documents are read once, when they are first
 * asked about.
 */
export function abilitiesIn({ entities }: Directory, decider: Decider): Abilities {
  const byDocument = new WeakMap<ReadDocument, Reach>();
  const reachOf = (document: ReadDocument): Reach => cached(byDocument, document, readReach);
  const byEntity = new WeakMap<Entity, ReadonlyMap<string, ReadonlySet<string>>>();
  /**
   * By action, the patterns of resources on which the entity's own policies allow it, as they read
   * for the entity.
   */
  const reachOfEntity = (entity: Entity): ReadonlyMap<string, ReadonlySet<string>> =>
    cached(byEntity, entity, ({ policies }) => {
      const reach = new Map<string, Set<string>>();
      for (const { document } of policies) {
        for (const [action, patterns] of reachOf(document)) {
          const known = cached(reach, action, () => new Set());
          for (const pattern of patterns) known.add(filledFor(entity, pattern));
        }
      }
      return reach;
    });
  const patternsOf = (entity: Entity, action: string): readonly string[] => [
    ...(reachOfEntity(entity).get(action) ?? []),
  ];
  const mayDo = (entity: Entity, action: string, resource: string) =>
    patternsOf(entity, action).some((pattern) => mayMatch(pattern, resource));
  const canAny = (entity: Entity, actions: readonly string[], resource: string): Verdict =>
    bestOf(
      actions
        .filter((action) => mayDo(entity, action, resource))
        .map((action) => decider.decide(entity, { action, resource })),
    );
  const indexes = new WeakMap<readonly Method[], Candidates>();
  return {
    *index(methods) {
      const found: Candidates = { named: new Map(), wild: new Set() };
      const actions = methods.flatMap(({ needs }) => needs[0] ?? []);
      yield* inSlices("escalation", entities, SLICE, (entity) => {
        for (const pattern of actions.flatMap((action) => patternsOf(entity, action))) {
          if (/[*?]/.test(pattern)) found.wild.add(entity);
          else cached(found.named, pattern, () => new Set()).add(entity);
        }
      });
      indexes.set(methods, found);
    },
    *candidatesFor(methods, resource) {
      const { named, wild } = indexes.get(methods) ?? NO_CANDIDATES;
      yield* wild;
      for (const entity of named.get(resource) ?? []) if (!wild.has(entity)) yield entity;
    },
    hasAny: (entity) => reachOfEntity(entity).size > 0,
    mayUse: (entity, { needs }) =>
      needs.every((actions) => actions.some((action) => patternsOf(entity, action).length > 0)),
    can: (entity, { needs }, resource) =>
      worstOf(needs.map((actions) => canAny(entity, actions, resource))),
    canAny,
  };
}

/** Who may use some methods: on resources that its policies name, or on those like a pattern. */
interface Candidates {
  readonly named: Map<string, Set<Entity>>;
  readonly wild: Set<Entity>;
}

const NO_CANDIDATES: Candidates = { named: new Map(), wild: new Set() };
/** Entities that one slice of work looks at. */
const SLICE = 500;

/** The actions of methods that a document's statements allow, each with patterns of resources. */
type Reach = ReadonlyMap<string, readonly string[]>;

function readReach({ policy }: ReadDocument): Reach {
  const reach = new Map<string, string[]>();
  for (const { effect, action, resource } of policy?.statements ?? []) {
    if (effect === "Deny") continue;
    const patterns = resource?.match === "only" ? resource.patterns : ["*"];
    for (const one of ALL_ACTIONS) {
      if (coversAction(action, one)) cached(reach, one, () => []).push(...patterns);
    }
  }
  return reach;
}

/** The flat text of a pattern, in which variables but the user's name are anything. */
function filledFor({ name, type }: Entity, pattern: string): string {
  return pattern.replace(/\$\{([^}]*)\}/g, (_, key: string) =>
    type === "User" && key.toLowerCase() === "aws:username" ? name : "*",
  );
}

/** Whether the engine need be asked at all. */
function mayMatch(pattern: string, resource: string): boolean {
  if (pattern === "*" || pattern === resource) return true;
  return /[*?]/.test(pattern) && matchesWildcard(pattern, resource);
}
