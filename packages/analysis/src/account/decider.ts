import {
  type ApplicablePolicies,
  authorize,
  type CompiledPolicy,
  type ContextValue,
  compilePolicy,
  type PolicyType,
} from "@portcullis/policy";
import type { Directory, Entity, OwnedPolicy, ReadDocument } from "./directory.ts";
import { type Known, type Mode, variantOf } from "./variant.ts";

/** `allowed`: whatever else the request's context holds. `conditional`: for some contexts. */
export type Verdict = "allowed" | "conditional" | "denied";

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
    User: (key) => context.has(key) || OF_USERS.has(key) || key.startsWith("aws:principaltag/"),
    Role: (key) => context.has(key) || OF_ROLES.has(key),
  };
  const compiled = new Map<string, WeakMap<ReadDocument, CompiledPolicy>>();
  const compile = (
    { id, document }: Pick<OwnedPolicy, "id" | "document">,
    type: PolicyType,
    mode: Mode,
    entity: Entity,
  ): readonly CompiledPolicy[] => {
    if (document.policy === undefined) return [];
    const variant = `${type} ${mode} ${entity.type}`;
    const cache = compiled.get(variant) ?? new WeakMap<ReadDocument, CompiledPolicy>();
    compiled.set(variant, cache);
    const former = cache.get(document);
    if (former !== undefined) return [former];
    const policy = compilePolicy(variantOf(document.policy, mode, known[entity.type]), {
      policyId: id,
      type,
    });
    cache.set(document, policy);
    return [policy];
  };
  const applicable = new WeakMap<Entity, Map<Mode, ApplicablePolicies>>();
  const policiesOf = (entity: Entity, mode: Mode): ApplicablePolicies => {
    const known = applicable.get(entity) ?? new Map<Mode, ApplicablePolicies>();
    applicable.set(entity, known);
    const former = known.get(mode);
    if (former !== undefined) return former;
    const all = (policies: readonly OwnedPolicy[], type: PolicyType) =>
      policies.flatMap((policy) => compile(policy, type, mode, entity));
    const policies: ApplicablePolicies = {
      identity: all(entity.policies, "identity-based"),
      ...(entity.boundary && { boundary: all(entity.boundary, "permissions boundary") }),
      ...(directory.serviceControl.length > 0 && {
        serviceControl: directory.serviceControl.map((level) => all(level, "service control")),
      }),
    };
    known.set(mode, policies);
    return policies;
  };
  const allows = (entity: Entity, { action, resource, trust }: Question, mode: Mode): boolean => {
    // What an unreadable document says is not known.
    if (mode === "certain" && !isReadable(entity, directory)) return false;
    const own = policiesOf(entity, mode);
    const policies =
      trust === undefined
        ? own
        : {
            ...own,
            resource: compile({ id: "trust", document: trust }, "role trust", mode, entity),
          };
    const values = contextOf(entity, directory.account, context);
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

const OF_ALL = [
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principaltype",
  "aws:principalisawsservice",
];
/** A user has no other tags than its own; a session's tags are known only when it is made. */
const OF_USERS: ReadonlySet<string> = new Set([...OF_ALL, "aws:username", "aws:userid"]);
const OF_ROLES: ReadonlySet<string> = new Set([...OF_ALL, "aws:username"]);

function contextOf(
  entity: Entity,
  account: string,
  context: ReadonlyMap<string, ContextValue>,
): { get(key: string): ContextValue | undefined } {
  return {
    get(key) {
      const given = context.get(key);
      if (given !== undefined) return given;
      switch (key) {
        case "aws:principalarn":
          return entity.arn;
        case "aws:principalaccount":
          return account;
        case "aws:principaltype":
          return entity.type === "User" ? "User" : "AssumedRole";
        case "aws:principalisawsservice":
          return "false";
        case "aws:username":
          return entity.type === "User" ? entity.name : undefined;
        case "aws:userid":
          return entity.type === "User" ? entity.id : undefined;
        default:
          return entity.type === "User" ? tagOf(entity, key) : undefined;
      }
    },
  };
}

function tagOf({ tags }: Entity, key: string): string | undefined {
  if (!key.startsWith("aws:principaltag/")) return undefined;
  const name = key.slice("aws:principaltag/".length);
  return tags.find(({ Key }) => Key?.toLowerCase() === name)?.Value;
}
