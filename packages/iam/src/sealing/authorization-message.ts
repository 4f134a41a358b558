import { deflateRawSync } from "node:zlib";
import type {
  AuthorizationRequest,
  CompiledPolicy,
  ContextValue,
  Decision,
  PolicyType,
  Statement,
} from "@portcullis/policy";
import type { Sealer } from "./sealer.ts";

/**
 * A denied request, as its encoded message describes it to a caller of
 * `sts:DecodeAuthorizationMessage`.
 */
export interface RefusedRequest {
  readonly request: Omit<AuthorizationRequest, "context">;
  readonly decision: Exclude<Decision, { readonly outcome: "allowed" }>;
  /** The caller's account. Its administrators may decode the message. */
  readonly account: string;
  readonly userName?: string | undefined;
  /** By which the decision's record is found. */
  readonly decisionId?: string | undefined;
  /** Condition keys of the request, in the spelling of policies. */
  readonly conditions: Iterable<readonly [key: string, value: ContextValue]>;
}

/**
 * The encoded message of a denial: AWS's JSON of the request and of the statements that denied it.
 * It is sealed, because it describes policies that the denied caller may not read. If it is too
 * long, the conditions are left out first, then the statements.
 * @returns an empty string if even the shortest form is too long
 */
export function encodeAuthorizationMessage(sealer: Sealer, refused: RefusedRequest): string {
  const whole = messageOf(refused);
  const { context } = whole;
  const shorter = { ...whole, context: { ...context, conditions: items([]) } };
  const candidates = [whole, shorter, { ...shorter, matchedStatements: items([]) }];
  for (const candidate of candidates) {
    const sealed = sealer.seal(
      deflateRawSync(JSON.stringify(candidate)),
      associatedData(refused.account),
    );
    if (sealed.length <= MAX_ENCODED_LENGTH) return sealed;
  }
  return "";
}

/** The longest input of `DecodeAuthorizationMessage` (STS API reference). */
export const MAX_ENCODED_LENGTH = 10_240;

/** What a message is bound to. */
export const associatedData = (account: string): string => `authorization-message/${account}`;

function messageOf(refused: RefusedRequest) {
  const { request, decision, userName, conditions } = refused;
  const { principal, action, resource, policies } = request;
  const id = "userId" in principal ? { id: principal.userId } : {};
  const arn = "arn" in principal ? { arn: principal.arn } : {};
  return {
    ...(refused.decisionId === undefined ? {} : { decisionId: refused.decisionId }),
    allowed: false,
    explicitDeny: decision.outcome === "explicitDeny",
    matchedStatements: items(
      decision.statements.flatMap(({ policyId, policyType, index }) => {
        if (!isOwn(policyType, refused)) return [];
        const statement = statementAt(policies, policyType, policyId, index);
        return statement === undefined ? [] : [describeStatement(statement, policyId, policyType)];
      }),
    ),
    failures: items(
      decision.outcome === "implicitDeny"
        ? [{ reason: `no ${decision.missing} policy allows the ${action} action` }]
        : isOwn(decision.deniedBy, refused)
          ? []
          : [{ reason: `a ${decision.deniedBy} policy denies the ${action} action` }],
    ),
    context: {
      principal: { ...id, ...(userName === undefined ? {} : { name: userName }), ...arn },
      action,
      resource,
      conditions: items(
        [...conditions].map(([key, value]) => ({
          key,
          values: valuesOf(typeof value === "string" ? [value] : value),
        })),
      ),
    },
  };
}

/**
 * INVARIANT: a message reveals no policy of another account: neither the trust policy of another
 * account's role, nor the guardrails of the account's organization.
 */
function isOwn(policyType: PolicyType, { account, request }: RefusedRequest): boolean {
  if (policyType === "service control") return false;
  const ofResource = policyType === "role trust" || policyType === "resource-based";
  return !ofResource || (request.resourceAccount ?? account) === account;
}

function statementAt(
  { identity, boundary, session, serviceControl, resource }: AuthorizationRequest["policies"],
  policyType: string,
  policyId: string,
  index: number,
): Statement | undefined {
  const all: readonly CompiledPolicy[] = [
    identity,
    boundary,
    session,
    resource,
    ...(serviceControl ?? []),
  ].flatMap((list) => list ?? []);
  return all.find((policy) => policy.type === policyType && policy.policyId === policyId)?.policy
    .statements[index];
}

function describeStatement(
  { sid, effect, principal, action, resource, condition }: Statement,
  policyId: string,
  policyType: string,
) {
  return {
    statementId: sid ?? "",
    effect: effect === "Deny" ? "DENY" : "ALLOW",
    principals: valuesOf(
      principal?.names.map(({ value }) => value) ?? (principal?.everyone ? ["*"] : []),
    ),
    principalGroups: items([]),
    actions: valuesOf(action.patterns),
    resources: valuesOf(resource?.patterns ?? []),
    conditions: items(condition.map(({ key, values }) => ({ key, values: valuesOf(values) }))),
    // Our own members. AWS's message does not name the policy.
    sourcePolicyId: policyId,
    sourcePolicyType: policyType,
  };
}

const items = <T>(list: readonly T[]) => ({ items: list });
const valuesOf = (values: readonly string[]) => items(values.map((value) => ({ value })));
