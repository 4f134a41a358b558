import { matchesWildcard, type PatternElement } from "@portcullis/policy";
import type { Decider, Verdict } from "../account/decider.ts";
import type { Directory, Entity, OwnedPolicy, ReadDocument } from "../account/directory.ts";
import { cached } from "../collection/cached.ts";

const ASSUME = "sts:AssumeRole";

/** Who can assume which role of the account. */
export interface Assuming {
  /**
   * `denied` unless identity policies and trust policy allow it together, for some contexts at
   * least.
   */
  canAssume(entity: Entity, role: Entity): Verdict;
  /** Entities that may be able to, so that not all have to be asked. */
  candidatesFor(role: Entity): Iterable<Entity>;
}

/** Who can assume which role of a directory, as the decider decides. */
export function assumingIn(directory: Directory, decider: Decider): Assuming {
  const mayAssume = new WeakMap<ReadDocument, boolean>();
  const allowsIt = ({ document }: OwnedPolicy): boolean =>
    cached(mayAssume, document, ({ policy }) =>
      (policy?.statements ?? []).some(
        ({ effect, action }) => effect === "Allow" && coversAction(action, ASSUME),
      ),
    );
  // Those whose own policies allow it, for roles that trust the account as a whole.
  const able = directory.entities.filter(({ policies }) => policies.some(allowsIt));
  return {
    canAssume(entity, role) {
      if (role.trust?.policy === undefined || entity === role) return "denied";
      return decider.decide(entity, { action: ASSUME, resource: role.arn, trust: role.trust });
    },
    *candidatesFor(role) {
      const named = namedIn(role, directory);
      yield* named;
      for (const entity of able) if (!named.has(entity)) yield entity;
    },
  };
}

/** Whether an Action or NotAction element covers an action, in any case of letters. */
export function coversAction({ match, patterns }: PatternElement, action: string): boolean {
  const lower = action.toLowerCase();
  const isListed = patterns.some((pattern) => matchesWildcard(pattern.toLowerCase(), lower));
  return isListed === (match === "only");
}

/** Entities that a trust policy names itself; they need no identity policy. */
function namedIn({ trust }: Entity, { byArn, byId, entities }: Directory): ReadonlySet<Entity> {
  const named = new Set<Entity>();
  for (const { principal } of trust?.policy?.statements ?? []) {
    if (principal === undefined) continue;
    if (principal.everyone || principal.match === "except") return new Set(entities);
    for (const { value } of principal.names) {
      const entity = byArn.get(value) ?? byId.get(value);
      if (entity !== undefined) named.add(entity);
    }
  }
  return named;
}
