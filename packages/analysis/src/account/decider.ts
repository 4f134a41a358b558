import {
  type ApplicablePolicies,
  authorize,
  type CompiledPolicy,
  type ContextValue,
  compilePolicy,
  type PolicyType,
} from "@portcullis/policy";
import { cached } from "../collection/cached.ts";
import type { Directory, Entity, OwnedPolicy, ReadDocument } from "./directory.ts";
import { type Known, type Mode, variantOf } from "./variant.ts";

/** `allowed`: whatever else the request's context holds. `conditional`: for some contexts. */
export type Verdict = "allowed" | "conditional" | "denied";

const ORDER: readonly Verdict[] = ["denied", "conditional", "allowed"];

/** The verdict on what needs all of some permissions. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict =>
  ORDER.find((verdict) => verdicts.includes(verdict)) ?? "allowed";

/** The verdict on what needs any of some permissions. */
export const bestOf = (verdicts: readonly Verdict[]): Verdict =>
  ORDER.findLast((verdict) => verdicts.includes(verdict)) ?? "denied";

export interface Question {
  readonly action: string;
  readonly resource: string;
  /** The role's trust policy, if the action assumes a role. */
  readonly trust?: ReadDocument | undefined;
}

/** Decides for entities of one account, when only some of a request's context is known. */
export interface Decider {
  decide(entity: Entity, question: Question): Verdict;
  knownFor(entity: Entity): Known;
}

/**
 * A decider for an account. It asks the engine twice: once with policies that allow no more than
 * these do whatever the unknown context keys are, and once with policies that allow no less.
 *
 * @param context what is known of the request; keys in lower case
 */
export function deciderOf(
  directory: Directory,
  context: ReadonlyMap<string, ContextValue>,
): Decider {
  const known: Readonly<Record<Entity["type"], Known>> = {
    User: (key) => context.has(key) || FACTS.has(key) || key.startsWith(PRINCIPAL_TAG),
    // A session's id and tags are known only when it is made.
    Role: (key) => context.has(key) || (FACTS.has(key) && key !== "aws:userid"),
  };
  const compiled = new Map<string, WeakMap<ReadDocument, CompiledPolicy>>();
  const compile = (
    { id, document }: Pick<OwnedPolicy, "id" | "document">,
    type: PolicyType,
    mode: Mode,
    entity: Entity,
  ): readonly CompiledPolicy[] => {
    const { policy } = document;
    if (policy === undefined) return [];
    const cache = cached(compiled, `${type} ${mode} ${entity.type}`, () => new WeakMap());
    return [
      cached(cache, document, () =>
        compilePolicy(variantOf(policy, mode, known[entity.type]), { policyId: id, type }),
      ),
    ];
  };
  const applicable: Readonly<Record<Mode, WeakMap<Entity, ApplicablePolicies>>> = {
    certain: new WeakMap(),
    possible: new WeakMap(),
  };
  const policiesOf = (entity: Entity, mode: Mode): ApplicablePolicies =>
    cached(applicable[mode], entity, ({ policies, boundary }) => {
      const all = (own: readonly OwnedPolicy[], type: PolicyType) =>
        own.flatMap((policy) => compile(policy, type, mode, entity));
      return {
        identity: all(policies, "identity-based"),
        ...(boundary && { boundary: all(boundary, "permissions boundary") }),
        ...(directory.serviceControl.length > 0 && {
          serviceControl: directory.serviceControl.map((level) => all(level, "service control")),
        }),
      };
    });
  const allows = (entity: Entity, { action, resource, trust }: Question, mode: Mode): boolean => {
    // What an unreadable document says is not known.
    if (mode === "certain" && !isReadable(entity, directory)) return false;
    const policies: ApplicablePolicies = {
      ...policiesOf(entity, mode),
      ...(trust && {
        resource: compile({ id: "trust", document: trust }, "role trust", mode, entity),
      }),
    };
    const values = {
      get: (key: string) => context.get(key) ?? factOf(key, entity, directory.account),
    };
    const request = { principal: entity.principal, action, resource, context: values, policies };
    return authorize(request).outcome === "allowed";
  };
  return {
    decide(entity, question) {
      // Mostly it is not even possible.
      if (!allows(entity, question, "possible")) return "denied";
      return allows(entity, question, "certain") ? "allowed" : "conditional";
    },
    knownFor: (entity) => known[entity.type],
  };
}

function isReadable({ policies, boundary = [] }: Entity, { serviceControl }: Directory): boolean {
  const isRead = ({ document }: OwnedPolicy) => document.policy !== undefined;
  return policies.every(isRead) && boundary.every(isRead) && serviceControl.flat().every(isRead);
}

type Fact = (entity: Entity, account: string) => string | undefined;

/** Context keys whose values follow from the principal. */
const FACTS: ReadonlyMap<string, Fact> = new Map<string, Fact>([
  ["aws:principalarn", ({ arn }) => arn],
  ["aws:principalaccount", (_, account) => account],
  ["aws:principaltype", ({ principal }) => principal.type],
  ["aws:principalisawsservice", () => "false"],
  ["aws:username", ({ type, name }) => (type === "User" ? name : undefined)],
  ["aws:userid", ({ type, id }) => (type === "User" ? id : undefined)],
]);

const PRINCIPAL_TAG = "aws:principaltag/";

/** A user has no other tags than its own. */
function factOf(key: string, entity: Entity, account: string): string | undefined {
  const fact = FACTS.get(key);
  if (fact !== undefined) return fact(entity, account);
  if (entity.type !== "User" || !key.startsWith(PRINCIPAL_TAG)) return undefined;
  const name = key.slice(PRINCIPAL_TAG.length);
  return entity.tags.find(({ Key }) => Key?.toLowerCase() === name)?.Value;
}
