import { type AccountId, accountRootArn } from "../model/arn.ts";
import type { Effect, PrincipalElement } from "../model/policy.ts";
import type { Principal } from "../model/request-context.ts";

/**
 * How a Principal element names the caller, from not at all to most closely. It decides what an
 * allow of a resource-based policy grants (IAM UG/reference_policies_evaluation-logic,
 * "Resource-based policies and implicit denies").
 */
export type PrincipalMatch =
  | typeof NO_MATCH
  | typeof ACCOUNT_MATCH
  | typeof ENTITY_MATCH
  | typeof CALLER_MATCH;
export const NO_MATCH = 0;
/**
 * By its account: authority is delegated to the account, and its identity policies must allow as
 * well.
 */
export const ACCOUNT_MATCH = 1;
/**
 * By the role of a session, or the user of a federated one: boundary and session policies still
 * limit it.
 */
export const ENTITY_MATCH = 2;
/** The caller itself. */
export const CALLER_MATCH = 3;

/** A Principal ("only") or NotPrincipal ("except") element, ready for comparison. */
export interface CompiledPrincipal {
  readonly match: "only" | "except";
  readonly everyone: boolean;
  readonly effect: Effect;
  /** AWS principals, each with the unique id that it had when the document was stored, if known. */
  readonly aws: ReadonlyMap<string, string | undefined>;
  readonly services: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

/**
 * Compiles an element. `ids` are the unique ids that the document's ARNs had when it was stored.
 */
export function compilePrincipal(
  element: PrincipalElement,
  effect: Effect,
  ids: ReadonlyMap<string, string>,
): CompiledPrincipal {
  const valuesOf = (type: string) =>
    element.names.filter((name) => name.type === type).map((name) => name.value);
  const aws = new Map(valuesOf("AWS").map((value) => [value, ids.get(value)]));
  // IAM UG/reference_policies_elements_principal: AWS stores the id, so it names a renamed entity,
  // too.
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

/**
 * How the element names the caller. A NotPrincipal element names every caller that it does not
 * except.
 */
export function matchPrincipal(element: CompiledPrincipal, principal: Principal): PrincipalMatch {
  if (element.match === "only") return matchNames(element, principal);
  if (element.everyone) return NO_MATCH;
  // As "everyone" does not, "everyone except" does not allow callers with a token of any provider.
  if (principal.type === "Federated" && element.effect === "Allow") return NO_MATCH;
  // IAM UG/reference_policies_elements_notprincipal: a deny excepts a caller only if all its
  // identities (account, role, session) are listed; an allow excepts a caller if any of them is.
  const identities = identitiesOf(principal);
  const listed = identities.filter((names) =>
    names.some((name) => namesOf(element, principal).has(name)),
  );
  const excepted =
    element.effect === "Deny" ? listed.length === identities.length : listed.length > 0;
  return excepted && identities.length > 0 ? NO_MATCH : CALLER_MATCH;
}

function matchNames(element: CompiledPrincipal, principal: Principal): PrincipalMatch {
  switch (principal.type) {
    case "Anonymous":
      return element.everyone ? CALLER_MATCH : NO_MATCH;
    case "Service":
      return element.everyone || element.services.has(principal.service) ? CALLER_MATCH : NO_MATCH;
    case "Federated":
      // An allow for everyone does not allow callers with a token of any provider; a deny denies
      // them.
      return element.providers.has(principal.provider) ||
        (element.everyone && element.effect === "Deny")
        ? CALLER_MATCH
        : NO_MATCH;
    default:
      return element.everyone ? CALLER_MATCH : matchAwsNames(element.aws, principal);
  }
}

type AwsPrincipal = Extract<Principal, { account: AccountId }>;

function matchAwsNames(names: CompiledPrincipal["aws"], principal: AwsPrincipal): PrincipalMatch {
  if (names.size === 0) return NO_MATCH;
  if (isNamed(names, principal.arn, principal) || isNamed(names, principal.userId, principal))
    return CALLER_MATCH;
  if (principal.type === "AssumedRole") {
    if (isNamed(names, principal.roleArn, principal) || isNamed(names, principal.roleId, principal))
      return ENTITY_MATCH;
  }
  if (principal.type === "FederatedUser" && isNamed(names, principal.userArn, principal))
    return ENTITY_MATCH;
  return names.has(principal.account) || names.has(accountRootArn(principal.account))
    ? ACCOUNT_MATCH
    : NO_MATCH;
}

/** A name that had a unique id names only who has that id: not a re-created user or role. */
function isNamed(names: CompiledPrincipal["aws"], name: string, principal: AwsPrincipal): boolean {
  const id = names.get(name);
  if (id === undefined) return names.has(name);
  return id === principal.userId || (principal.type === "AssumedRole" && id === principal.roleId);
}

/** A principal's identities from the account down, and the names of each. */
function identitiesOf(principal: Principal): readonly (readonly string[])[] {
  if (principal.type === "Anonymous") return [];
  if (principal.type === "Service") return [[principal.service]];
  if (principal.type === "Federated") return [[principal.provider]];
  const { account, arn, userId } = principal;
  const ofAccount = [account, accountRootArn(account)];
  const caller = [arn, userId];
  if (principal.type === "AssumedRole")
    return [ofAccount, [principal.roleArn, principal.roleId], caller];
  if (principal.type === "FederatedUser") return [ofAccount, [principal.userArn], caller];
  return [ofAccount, caller];
}

function namesOf(element: CompiledPrincipal, principal: Principal): { has(name: string): boolean } {
  if (principal.type === "Service") return element.services;
  return principal.type === "Federated" ? element.providers : element.aws;
}
