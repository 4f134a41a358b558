import type { Effect, PrincipalElement } from "../model/policy.ts";
import type { Principal } from "../model/request-context.ts";

/**
 * How a Principal element names who asks, the closest last. It decides what a resource-based policy's allow is worth
 * (IAM UG/reference_policies_evaluation-logic, "Resource-based policies and implicit denies").
 */
export const NOT_NAMED = 0;
/** By the account: authority is delegated to it, and its identity policies must allow as well. */
export const BY_ACCOUNT = 1;
/** By the role behind a session, or the user behind a federated one: boundary and session policies still limit. */
export const BY_ENTITY = 2;
/** Itself. */
export const BY_ITSELF = 3;
export type Naming = typeof NOT_NAMED | typeof BY_ACCOUNT | typeof BY_ENTITY | typeof BY_ITSELF;

export interface CompiledPrincipal {
  readonly match: "only" | "except";
  readonly everyone: boolean;
  readonly effect: Effect;
  /** Of AWS principals: each name with the unique id that it meant when it was stored, where that is known. */
  readonly aws: ReadonlyMap<string, string | undefined>;
  readonly services: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

export function compilePrincipal(
  element: PrincipalElement,
  effect: Effect,
  ids: ReadonlyMap<string, string>,
): CompiledPrincipal {
  const valuesOf = (type: string) =>
    element.names.filter((name) => name.type === type).map((name) => name.value);
  const aws = new Map(valuesOf("AWS").map((value) => [value, ids.get(value)]));
  // IAM UG/reference_policies_elements_principal: the id is what is kept, so who was renamed since is still meant.
  for (const id of [...aws.values()]) if (id !== undefined) aws.set(id, undefined);
  return {
    match: element.match,
    everyone: element.everyone,
    effect,
    aws,
    services: new Set(valuesOf("Service")),
    providers: new Set(valuesOf("Federated")),
  };
}

/** How the element names the principal; for NotPrincipal, whether it leaves it out of the exceptions. */
export function naming(element: CompiledPrincipal, principal: Principal): Naming {
  if (element.match === "only") return namingOf(element, principal);
  if (element.everyone) return NOT_NAMED;
  // "Everyone but" lets no strangers' tokens in, as little as "everyone" does.
  if (principal.type === "Federated" && element.effect === "Allow") return NOT_NAMED;
  // IAM UG/reference_policies_elements_notprincipal: a deny spares only those of whom every identity is listed (account,
  // role, session); an allow leaves out those of whom any is.
  const identities = identitiesOf(principal);
  const listed = identities.filter((names) =>
    names.some((name) => listOf(element, principal).has(name)),
  );
  const spared =
    element.effect === "Deny" ? listed.length === identities.length : listed.length > 0;
  return spared && identities.length > 0 ? NOT_NAMED : BY_ITSELF;
}

function namingOf(element: CompiledPrincipal, principal: Principal): Naming {
  switch (principal.type) {
    case "Anonymous":
      return element.everyone ? BY_ITSELF : NOT_NAMED;
    case "Service":
      return element.everyone || element.services.has(principal.service) ? BY_ITSELF : NOT_NAMED;
    case "Federated":
      // An allow for everyone does not let strangers' tokens in; a deny for everyone keeps them out.
      return element.providers.has(principal.provider) ||
        (element.everyone && element.effect === "Deny")
        ? BY_ITSELF
        : NOT_NAMED;
    default:
      return element.everyone ? BY_ITSELF : namingOfAws(element.aws, principal);
  }
}

type AwsPrincipal = Extract<Principal, { account: string }>;

function namingOfAws(names: CompiledPrincipal["aws"], principal: AwsPrincipal): Naming {
  if (names.size === 0) return NOT_NAMED;
  if (isNamed(names, principal.arn, principal) || isNamed(names, principal.userId, principal))
    return BY_ITSELF;
  if (principal.type === "AssumedRole") {
    if (isNamed(names, principal.roleArn, principal) || isNamed(names, principal.roleId, principal))
      return BY_ENTITY;
  }
  if (principal.type === "FederatedUser" && isNamed(names, principal.userArn, principal))
    return BY_ENTITY;
  return names.has(principal.account) || names.has(rootArn(principal.account))
    ? BY_ACCOUNT
    : NOT_NAMED;
}

/** A name that stood for a certain unique id names only who has that id still: re-created users and roles do not. */
function isNamed(names: CompiledPrincipal["aws"], name: string, principal: AwsPrincipal): boolean {
  const id = names.get(name);
  if (id === undefined) return names.has(name);
  return id === principal.userId || (principal.type === "AssumedRole" && id === principal.roleId);
}

/** Who a principal is, from the account down; of each identity all its names. */
function identitiesOf(principal: Principal): readonly (readonly string[])[] {
  if (principal.type === "Anonymous") return [];
  if (principal.type === "Service") return [[principal.service]];
  if (principal.type === "Federated") return [[principal.provider]];
  const { account, arn, userId } = principal;
  const ofAccount = [account, rootArn(account)];
  const itself = [arn, userId];
  if (principal.type === "AssumedRole")
    return [ofAccount, [principal.roleArn, principal.roleId], itself];
  if (principal.type === "FederatedUser") return [ofAccount, [principal.userArn], itself];
  return [ofAccount, itself];
}

function listOf(element: CompiledPrincipal, principal: Principal): { has(name: string): boolean } {
  if (principal.type === "Service") return element.services;
  return principal.type === "Federated" ? element.providers : element.aws;
}

function rootArn(account: string): string {
  return `arn:aws:iam::${account}:root`;
}
