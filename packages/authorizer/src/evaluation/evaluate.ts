import type { Caller } from "@portcullis/iam/caller";
import {
  type AuthorizationRequest,
  authorize,
  type Decision,
  explain,
  type NearMiss,
  type StatementReference,
} from "@portcullis/policy";
import type { DecisionLine } from "../log/decision-log.ts";
import type { ApiRequest } from "../request/api-request.ts";
import type { Asked } from "../service/resolve-request.ts";
import { type ApiPolicy, withApiPolicy } from "./api-policy.ts";
import { conditionKeys, type KnownContext } from "./condition-keys.ts";

/** A decision, and the request in the policy language that it is about. */
export interface Judgement {
  readonly decision: Decision;
  readonly asked: AuthorizationRequest & { readonly context: KnownContext };
}

export interface JudgedFacts {
  readonly now: Date;
  readonly organizationId: string | undefined;
  /** Where the API has a resource policy of its own. */
  readonly apiPolicy?: ApiPolicy | undefined;
}

/** May the caller? Of several resources the first that is not allowed decides. */
export function judge(
  caller: Caller,
  asked: Asked,
  request: ApiRequest,
  facts: JudgedFacts,
): Judgement {
  const { now, organizationId, apiPolicy } = facts;
  const { action, account, resources } = asked;
  const context = conditionKeys(caller, {
    now,
    sourceIp: request.sourceIp,
    userAgent: request.userAgent,
    referer: request.header("referer")[0],
    secureTransport: request.secureTransport ?? true,
    region: request.region,
    resourceAccount: account ?? caller.account,
    own: asked.context,
    organizationId,
  });
  const common = {
    principal: caller.principal,
    action,
    policies: caller.policies,
    context,
    ...(account === undefined ? {} : { resourceAccount: account }),
  };
  const [first, ...others] = resources.map((resource): Judgement => {
    const put = { ...common, resource };
    const own = passwordFirst(caller);
    if (own !== undefined) return { asked: put, decision: own };
    const decision = authorize(put);
    return {
      asked: put,
      decision: apiPolicy ? withApiPolicy(decision, apiPolicy, request, put) : decision,
    };
  });
  if (first === undefined) throw new TypeError("a request asks for at least one resource");
  return [first, ...others].find(({ decision }) => decision.outcome !== "allowed") ?? first;
}

/** Who must change a password first can do nothing else. */
const passwordFirst = ({ session }: Caller): Decision | undefined =>
  session?.passwordChangeOnly
    ? { outcome: "implicitDeny", missing: "session", statements: [] }
    : undefined;

/** The decision as its log line tells it. A denial is explained; that looks at every statement, so an allow is not. */
export function told({
  decision,
  asked,
}: Judgement): Partial<DecisionLine> & Pick<DecisionLine, "outcome"> {
  const { action, resource } = asked;
  const line = { outcome: decision.outcome, reason: reasonOf(decision), action, resource };
  const statements = decision.statements.map(placeOf);
  if (decision.outcome === "allowed") return { ...line, statements };
  const { nearMisses, missingKeys } = explain(asked);
  return {
    ...line,
    statements,
    ...(nearMisses.length === 0 ? {} : { nearMisses: nearMisses.map(missed) }),
    ...(missingKeys.length === 0 ? {} : { missingContext: missingKeys }),
  };
}

function reasonOf(decision: Decision): string {
  if (decision.outcome === "allowed") return "allowed";
  if (decision.outcome === "implicitDeny") return `no ${decision.missing} policy allows it`;
  return `explicit deny in a ${decision.deniedBy} policy`;
}

const placeOf = ({ policyId, sid, index }: StatementReference): string =>
  `${policyId}#${sid ?? index}`;

/** Names the conditions that failed, never the request's values: those may be anything. */
function missed({ statement, failed }: NearMiss): string {
  const where = placeOf(statement);
  if (failed.element !== "condition") return `${where}: ${failed.element}`;
  return `${where}: ${failed.conditions.map(({ operator, key }) => `${operator} ${key}`).join(", ")}`;
}
