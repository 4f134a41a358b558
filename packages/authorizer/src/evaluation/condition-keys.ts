import type { Caller } from "@portcullis/iam/caller";
import type { Tag } from "@portcullis/iam/record/tag";
import type { ContextValue, RequestContext } from "@portcullis/policy";

/** What of a request the global condition keys tell. */
export interface RequestFacts {
  readonly now: Date;
  /** The peer's address as the gateway saw it: never from a header. */
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
  readonly secureTransport: boolean;
  readonly region?: string | undefined;
  /** Of the resource asked for. */
  readonly resourceTags?: readonly Tag[];
  readonly resourceAccount?: string | undefined;
  /** The service's own keys, any case; undefined values are not in the request. */
  readonly own?: Readonly<Record<string, ContextValue | undefined>>;
  /** The organization of the caller's account. */
  readonly organizationId?: string | undefined;
}

/** A context that can also be listed, for explanations. */
export interface KnownContext extends RequestContext {
  /** Every key that the request has, in lower case. */
  entries(): Iterable<readonly [key: string, value: ContextValue]>;
}

/** The request context for a decision: AWS's global condition keys, and the service's own. Computed when asked for. */
export function conditionKeys(caller: Caller, facts: RequestFacts): KnownContext {
  const own = new Map<string, ContextValue>();
  for (const [key, value] of caller.session?.contextKeys ?? []) own.set(key.toLowerCase(), value);
  for (const [key, value] of Object.entries(facts.own ?? {}))
    if (value !== undefined) own.set(key.toLowerCase(), value);
  return {
    get(key) {
      const found = GLOBAL.get(key);
      if (found !== undefined) return found(caller, facts);
      if (key.startsWith("aws:principaltag/")) return tagValue(caller.tags, key.slice(17));
      if (key.startsWith("aws:resourcetag/"))
        return tagValue(facts.resourceTags ?? [], key.slice(16));
      if (key.startsWith("iam:resourcetag/"))
        return tagValue(facts.resourceTags ?? [], key.slice(16));
      return own.get(key);
    },
    *entries() {
      for (const [key, read] of GLOBAL) {
        const value = read(caller, facts);
        if (value !== undefined) yield [key, value];
      }
      for (const { key, value } of caller.tags)
        yield [`aws:principaltag/${key.toLowerCase()}`, value];
      for (const { key, value } of facts.resourceTags ?? [])
        yield [`aws:resourcetag/${key.toLowerCase()}`, value];
      yield* own;
    },
  };
}

/** In lower case; IAM UG/reference_policies_condition-keys. */
const GLOBAL: ReadonlyMap<
  string,
  (caller: Caller, facts: RequestFacts) => ContextValue | undefined
> = new Map<string, (caller: Caller, facts: RequestFacts) => ContextValue | undefined>([
  ["aws:currenttime", (_, { now }) => now.toISOString()],
  ["aws:epochtime", (_, { now }) => String(Math.floor(now.getTime() / 1000))],
  ["aws:sourceip", (_, { sourceIp }) => sourceIp],
  ["aws:useragent", (_, { userAgent }) => userAgent],
  ["aws:referer", (_, { referer }) => referer],
  ["aws:securetransport", (_, { secureTransport }) => String(secureTransport)],
  ["aws:requestedregion", (_, { region }) => region],
  ["aws:resourceaccount", (_, { resourceAccount }) => resourceAccount],
  ["aws:username", ({ userName }) => userName],
  ["aws:userid", ({ principal }) => ("userId" in principal ? principal.userId : undefined)],
  ["aws:principalarn", ({ principal }) => principalArn(principal)],
  // Not `caller.account`: whoever holds a provider's token belongs to no account.
  [
    "aws:principalaccount",
    ({ principal }) => ("account" in principal ? principal.account : undefined),
  ],
  ["aws:principaltype", ({ principal }) => PRINCIPAL_TYPES[principal.type]],
  ["aws:principalorgid", (_, { organizationId }) => organizationId],
  ["aws:principalisawsservice", () => "false"],
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
