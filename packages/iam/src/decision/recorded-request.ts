import {
  type ApplicablePolicies,
  type AuthorizationRequest,
  type CompiledPolicy,
  compilePolicy,
  type PolicyType,
  parsePolicy,
} from "@portcullis/policy";
import type { DecisionDetail, DecisionRecord, RecordedVerdict } from "../record/decision.ts";

/**
 * The request of a record, with policies of the statements that applied to it. It is decided as the
 * original was. Where a policy's text is not in the record, a statement of the same verdict takes
 * its place.
 */
export function recordedRequest(
  { action = "", resource = "" }: DecisionRecord,
  detail: DecisionDetail,
): AuthorizationRequest {
  const { principal, resourceAccount, context, verdicts } = detail;
  const values = new Map(context);
  return {
    principal,
    action,
    resource,
    ...(resourceAccount === undefined ? {} : { resourceAccount }),
    context: { get: (key) => values.get(key) },
    policies: policiesOf(verdicts),
  };
}

function policiesOf(verdicts: readonly RecordedVerdict[]): ApplicablePolicies {
  const of = (...types: PolicyType[]) => {
    const found = verdicts.filter(({ policyType }) => types.includes(policyType));
    return found.length === 0 ? undefined : found.flatMap(compiledOf);
  };
  const boundary = of("permissions boundary");
  const session = of("session");
  const resource = of("resource-based", "role trust");
  const levels = verdicts.filter(({ policyType }) => policyType === "service control");
  return {
    identity: of("identity-based") ?? [],
    ...(boundary && { boundary }),
    ...(session && { session }),
    ...(resource && { resource }),
    ...(levels.length > 0 && { serviceControl: levels.map(compiledOf) }),
  };
}

function compiledOf({ policyType, outcome, statements }: RecordedVerdict): CompiledPolicy[] {
  const known = statements.flatMap(({ text, policyId }) =>
    text === undefined ? [] : compiled(asApplied(text), policyId, policyType),
  );
  if (known.length > 0 || outcome === "implicitDeny") return known;
  const Effect = outcome === "allowed" ? "Allow" : "Deny";
  const statement = { Effect, ...(IS_OF_RESOURCE.has(policyType) ? { Principal: "*" } : {}) };
  return compiled(statement, statements[0]?.policyId ?? "", policyType);
}

interface AppliedStatement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
}

/** Its conditions were met, perhaps by values that the record leaves out. */
function asApplied(text: string): AppliedStatement {
  const { Effect, Principal, NotPrincipal }: AppliedStatement = JSON.parse(text);
  return { Effect: Effect ?? "Deny", Principal, NotPrincipal };
}

const IS_OF_RESOURCE: ReadonlySet<PolicyType> = new Set(["resource-based", "role trust"]);

function compiled(
  statement: AppliedStatement,
  policyId: string,
  type: PolicyType,
): CompiledPolicy[] {
  const kind =
    type === "role trust" ? "trust" : type === "resource-based" ? "resource" : "identity";
  const scope = type === "role trust" ? {} : { Resource: "*" };
  const document = { Version: "2012-10-17", Statement: [{ ...statement, Action: "*", ...scope }] };
  const parsed = parsePolicy(JSON.stringify(document), kind);
  return parsed.ok ? [compilePolicy(parsed.policy, { policyId, type })] : [];
}
