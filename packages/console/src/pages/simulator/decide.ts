import {
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  type ContextValue,
  type Decision,
  type Principal,
  type RequestContext,
} from "@portcullis/policy";
import type { CasePolicies, CasePolicy } from "./case-policies.ts";

/** All that decides the requests of a case. */
export interface Simulation {
  readonly principal: Principal;
  readonly policies: CasePolicies;
  /** Trust policies of roles, by ARN, where a request assumes one. */
  readonly trust: ReadonlyMap<string, CasePolicy>;
  readonly context: RequestContext;
  /** What decides too, but could not be read: a sentence each. Then no allow is certain. */
  readonly gaps: readonly string[];
  /** Names of the levels of service control policies, in their order. */
  readonly levels: readonly string[];
}

/** `unknown`: what could not be read may change the decision. */
export type CellOutcome = Decision["outcome"] | "unknown";

/** Actions that a role's trust policy decides (IAM UG/reference_policies_elements_principal). */
export const TRUST_ACTION = /^sts:(?:AssumeRole|SetContext|SetSourceIdentity|TagSession)/i;

const OWNER = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/;

export function requestOf(
  { principal, policies, trust, context }: Simulation,
  action: string,
  resource: string,
): AuthorizationRequest {
  const owner = OWNER.exec(resource)?.[1];
  const { resource: ofResource, ...others } = policies.applicable;
  const trusted = trustOf(policies, trust, resource);
  const resourceBased = TRUST_ACTION.test(action) ? trusted : ofResource;
  return {
    principal,
    action,
    resource,
    ...(owner === undefined ? {} : { resourceAccount: owner }),
    context,
    policies: {
      ...others,
      ...(resourceBased === undefined ? {} : { resource: resourceBased }),
    },
  };
}

/** A trust policy that was pasted takes the place of the role's own. */
function trustOf(
  { trust: pasted }: CasePolicies,
  trust: ReadonlyMap<string, CasePolicy>,
  role: string,
): readonly CompiledPolicy[] | undefined {
  const own = trust.get(role);
  if (pasted.length > 0 || own === undefined) return pasted.length > 0 ? pasted : undefined;
  return [own.compiled];
}

export function outcomeOf(simulation: Simulation, action: string, resource: string): CellOutcome {
  const { outcome } = authorize(requestOf(simulation, action, resource));
  // INVARIANT: deny wins, whatever the documents say that could not be read.
  if (outcome === "explicitDeny") return outcome;
  return gapsOf(simulation, action, resource).length > 0 ? "unknown" : outcome;
}

/** Why a request can't be decided for certain. */
export function gapsOf(
  { gaps, trust, policies }: Simulation,
  action: string,
  resource: string,
): readonly string[] {
  if (!TRUST_ACTION.test(action) || trustOf(policies, trust, resource) !== undefined) return gaps;
  const missing = /^arn:[^:]*:iam::\d{12}:role\//.test(resource)
    ? `The trust policy of ${resource} can't be read. Paste it to have it decide.`
    : `${action} is about a role, whose trust policy decides: type the role's ARN as the resource.`;
  return [...gaps, missing];
}

/** The keys that the engine gives every request of a principal, beside what somebody typed. */
export function contextOf(
  principal: Principal,
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
  typed: Readonly<Record<string, readonly string[]>>,
  isMultivalued: (key: string) => boolean,
  now: Date,
): ReadonlyMap<string, ContextValue> {
  const values = new Map<string, ContextValue>([
    ["aws:currenttime", now.toISOString()],
    ["aws:epochtime", String(Math.floor(now.getTime() / 1000))],
    ["aws:principalisawsservice", "false"],
    ["aws:viaawsservice", "false"],
  ]);
  if ("arn" in principal) {
    const { type } = principal;
    values.set("aws:principalaccount", principal.account);
    values.set("aws:userid", principal.userId);
    values.set("aws:principaltype", type === "Root" ? "Account" : type);
    values.set("aws:principalarn", type === "AssumedRole" ? principal.roleArn : principal.arn);
    if (type === "User")
      values.set("aws:username", principal.arn.slice(principal.arn.lastIndexOf("/") + 1));
  }
  for (const { Key = "", Value = "" } of tags)
    values.set(`aws:principaltag/${Key.toLowerCase()}`, Value);
  for (const [key, given] of Object.entries(typed)) {
    const [first] = given;
    if (first === undefined) values.delete(key);
    else values.set(key, given.length > 1 || isMultivalued(key) ? given : first);
  }
  return values;
}
