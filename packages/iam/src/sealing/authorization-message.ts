import { deflateRawSync, inflateRawSync } from "node:zlib";
import type {
  AuthorizationRequest,
  CompiledPolicy,
  ContextValue,
  Decision,
  PolicyType,
  Statement,
} from "@portcullis/policy";
import { SealBroken, type Sealer } from "./sealer.ts";

/** A refusal as its message explains it, to whoever may call `sts:DecodeAuthorizationMessage`. */
export interface RefusedRequest {
  readonly request: Omit<AuthorizationRequest, "context">;
  readonly decision: Exclude<Decision, { readonly outcome: "allowed" }>;
  /** The account whose administrators may read it: the caller's. */
  readonly account: string;
  readonly userName?: string | undefined;
  /** By which the decision's record is found. */
  readonly decisionId?: string | undefined;
  /** Condition keys of the request, as policies spell them. */
  readonly conditions: Iterable<readonly [key: string, value: ContextValue]>;
}

/**
 * The encoded message of a refusal: AWS's JSON of what was asked and what stood against it, sealed, since it tells of policies that
 * the refused caller may not read. What does not fit is left out, the longest lists first.
 */
export function encodeAuthorizationMessage(sealer: Sealer, refused: RefusedRequest): string {
  const whole = messageOf(refused);
  const { context } = whole;
  const shorter = { ...whole, context: { ...context, conditions: items([]) } };
  const candidates = [whole, shorter, { ...shorter, matchedStatements: items([]) }];
  for (const candidate of candidates) {
    const sealed = sealer.seal(deflateRawSync(JSON.stringify(candidate)), boundTo(refused.account));
    if (sealed.length <= MAX_ENCODED_LENGTH) return sealed;
  }
  return "";
}

/** The JSON of an encoded message of this account's. @throws {SealBroken} when it is none, or was altered */
export function decodeAuthorizationMessage(
  sealer: Sealer,
  account: string,
  encoded: string,
): string {
  if (encoded.length > MAX_ENCODED_LENGTH) throw new SealBroken("not an authorization message");
  const opened = sealer.open(encoded, boundTo(account));
  return inflateRawSync(opened, { maxOutputLength: MAX_DECODED_LENGTH }).toString("utf8");
}

/** What `DecodeAuthorizationMessage` takes (STS API reference). */
const MAX_ENCODED_LENGTH = 10_240;
const MAX_DECODED_LENGTH = 1024 * 1024;

const boundTo = (account: string): string => `authorization-message/${account}`;

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
 * INVARIANT: an account is told no other account's policies: neither the trust policy of a role that is another's, nor the guardrails
 * that its organization has put above it.
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
    // AWS leaves the reader to look for the policy; the name of it is ours.
    sourcePolicyId: policyId,
    sourcePolicyType: policyType,
  };
}

const items = <T>(list: readonly T[]) => ({ items: list });
const valuesOf = (values: readonly string[]) => items(values.map((value) => ({ value })));
