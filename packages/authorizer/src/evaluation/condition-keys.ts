import type { Caller } from "@portcullis/iam/caller";
import type { Tag } from "@portcullis/iam/record/tag";
import type { ContextValue, RequestContext } from "@portcullis/policy";
import type { OrganizationMembership } from "../identity/organization-membership.ts";

/** What the global condition keys say of the request itself. */
export interface RequestFacts {
  readonly now: Date;
  /** The peer's address as the gateway saw it, never from a header. */
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
  readonly secureTransport: boolean;
  readonly region?: string | undefined;
  /** The organization of the caller's account. */
  readonly organization?: OrganizationMembership | undefined;
}

/** What the request is for. */
export interface ResourceFacts {
  readonly account: string;
  readonly tags: readonly Tag[];
  /** The service's own keys, in any case. A key whose value is undefined is not in the request. */
  readonly serviceKeys: Readonly<Record<string, ContextValue | undefined>>;
}

/** A context that can also be listed, for explanations. */
export interface KnownContext extends RequestContext {
  /** Every key that the request has, in lower case. */
  entries(): Iterable<readonly [key: string, value: ContextValue]>;
}

/**
 * The request context of a decision: AWS's global condition keys and the service's own. A global
 * key is computed when a policy asks for it.
 */
export function conditionKeys(
  caller: Caller,
  facts: RequestFacts,
  resource: ResourceFacts,
): KnownContext {
  const own = new Map<string, ContextValue>();
  for (const [key, value] of caller.session?.contextKeys ?? []) own.set(key.toLowerCase(), value);
  for (const [key, value] of Object.entries(resource.serviceKeys))
    if (value !== undefined) own.set(key.toLowerCase(), value);
  const get = (key: string): ContextValue | undefined => {
    const found = GLOBAL.get(key);
    if (found !== undefined) return found(caller, facts, resource);
    if (key.startsWith("aws:principaltag/")) return tagValue(caller.tags, key.slice(17));
    if (key.startsWith("aws:resourcetag/") || key.startsWith("iam:resourcetag/"))
      return tagValue(resource.tags, key.slice(16));
    return own.get(key);
  };
  return {
    get,
    *entries() {
      for (const [key, read] of GLOBAL) {
        const value = read(caller, facts, resource);
        if (value !== undefined) yield [key, value];
      }
      for (const { key, value } of caller.tags)
        yield [`aws:principaltag/${key.toLowerCase()}`, value];
      for (const { key, value } of resource.tags)
        yield [`aws:resourcetag/${key.toLowerCase()}`, value];
      // A key of a service or a session that has the name of a global one does not count.
      for (const [key, value] of own) if (get(key) === value) yield [key, value];
    },
  };
}

type ReadKey = (
  caller: Caller,
  facts: RequestFacts,
  resource: ResourceFacts,
) => ContextValue | undefined;

/** In lower case; IAM UG/reference_policies_condition-keys. */
const GLOBAL: ReadonlyMap<string, ReadKey> = new Map<string, ReadKey>([
  ["aws:currenttime", (_, { now }) => now.toISOString()],
  ["aws:epochtime", (_, { now }) => String(Math.floor(now.getTime() / 1000))],
  ["aws:sourceip", (_, { sourceIp }) => sourceIp],
  ["aws:useragent", (_, { userAgent }) => userAgent],
  ["aws:referer", (_, { referer }) => referer],
  ["aws:securetransport", (_, { secureTransport }) => String(secureTransport)],
  ["aws:requestedregion", (_, { region }) => region],
  ["aws:resourceaccount", (_, __, { account }) => account],
  ["aws:resourceorgid", (caller, facts, resource) => ownOrganization(caller, facts, resource)?.id],
  [
    "aws:resourceorgpaths",
    (caller, facts, resource) => pathsOf(ownOrganization(caller, facts, resource)),
  ],
  ["aws:username", ({ userName }) => userName],
  ["aws:userid", ({ principal }) => ("userId" in principal ? principal.userId : undefined)],
  ["aws:principalarn", ({ principal }) => principalArn(principal)],
  // Not `caller.account`: the holder of a provider's token belongs to no account.
  [
    "aws:principalaccount",
    ({ principal }) => ("account" in principal ? principal.account : undefined),
  ],
  ["aws:principaltype", ({ principal }) => PRINCIPAL_TYPES[principal.type]],
  ["aws:principalorgid", (_, { organization }) => organization?.id],
  ["aws:principalorgpaths", (_, { organization }) => pathsOf(organization)],
  // No service calls on a caller's behalf here. Both keys are in every request, so that a policy
  // that exempts services still denies direct calls.
  ["aws:principalisawsservice", () => "false"],
  ["aws:viaawsservice", () => "false"],
  ["aws:assumedroot", ({ session }) => (session?.kind === "AssumedRoot" ? "true" : undefined)],
  [
    "aws:multifactorauthpresent",
    (caller) =>
      caller.session === undefined && caller.mfaAt === undefined
        ? undefined
        : String(mfaTimeOf(caller) !== undefined),
  ],
  [
    "aws:multifactorauthage",
    (caller, { now }) => {
      const given = mfaTimeOf(caller);
      return given && String(Math.max(0, Math.floor((now.getTime() - given.getTime()) / 1000)));
    },
  ],
  ["aws:tokenissuetime", ({ session }) => session?.issuedAt.toISOString()],
  [
    "aws:federatedprovider",
    ({ session, assertion }) => assertion?.provider ?? session?.federatedProvider,
  ],
  ["aws:sourceidentity", ({ session }) => session?.sourceIdentity],
]);

/** The global condition keys that requests have, in lower case, without those of tags. */
export const globalConditionKeys = (): readonly string[] => [...GLOBAL.keys()];

/**
 * The organization of the resource, which is known where the resource is in the caller's account.
 */
const ownOrganization = (
  { principal }: Caller,
  { organization }: RequestFacts,
  { account }: ResourceFacts,
): OrganizationMembership | undefined =>
  "account" in principal && principal.account === account ? organization : undefined;

/** Multivalued, as in AWS, though an account has one path. */
const pathsOf = (organization: OrganizationMembership | undefined): ContextValue | undefined =>
  organization?.path === undefined ? undefined : [organization.path];

const PRINCIPAL_TYPES = {
  Root: "Account",
  User: "User",
  AssumedRole: "AssumedRole",
  FederatedUser: "FederatedUser",
  Federated: "Federated",
  Service: "Service",
  Anonymous: "Anonymous",
} as const;

/** A code given with the request itself is newer than the session's. */
const mfaTimeOf = ({ session, mfaAt }: Caller): Date | undefined => mfaAt ?? session?.mfaAt;

/** For a role session `aws:PrincipalArn` is the role's ARN, not the session's. */
function principalArn(principal: Caller["principal"]): string | undefined {
  if (principal.type === "AssumedRole") return principal.roleArn;
  return "arn" in principal ? principal.arn : undefined;
}

const tagValue = (tags: readonly Tag[], lowerCaseKey: string): string | undefined =>
  tags.find(({ key }) => key.toLowerCase() === lowerCaseKey)?.value;
