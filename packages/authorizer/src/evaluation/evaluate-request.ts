import type { Caller } from "@portcullis/iam/caller";
import { mustChangePasswordFirst } from "@portcullis/iam/password-change";
import type { ApiRequest } from "../request/api-request.ts";
import type { ResolvedRequest } from "../service/resolve-request.ts";
import { type ApiPolicy, withApiPolicy } from "./api-policy.ts";
import type { RequestFacts } from "./condition-keys.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { requestFacts } from "./request-facts.ts";

/**
 * The decision on a request to a protected API. A request may stand for several resources: the
 * first that is not allowed decides.
 * @param apiPolicy where the API may have a resource policy
 */
export function evaluateRequest(
  caller: Caller,
  request: ApiRequest,
  resolved: ResolvedRequest,
  facts: Pick<RequestFacts, "now" | "organization"> & {
    readonly apiPolicy?: ApiPolicy | undefined;
  },
): Evaluation {
  const { action, account, resources, context } = resolved;
  const { apiPolicy } = facts;
  const evaluateOne = (resource: string): Evaluation => {
    const target = { action, resource, resourceAccount: account, serviceKeys: context };
    const evaluation = evaluate(caller, target, { ...requestFacts(request), ...facts });
    // No policy of the API replaces the change of a password that is due.
    if (apiPolicy === undefined || mustChangePasswordFirst(caller, action)) return evaluation;
    const { decision, request: evaluated } = evaluation;
    return {
      ...evaluation,
      decision: withApiPolicy(decision, apiPolicy, request, evaluated),
      apiPolicy: apiPolicy.policy,
    };
  };
  const [first, ...others] = resources;
  const evaluation = evaluateOne(first);
  if (evaluation.decision.outcome !== "allowed") return evaluation;
  for (const resource of others) {
    const other = evaluateOne(resource);
    if (other.decision.outcome !== "allowed") return other;
  }
  return evaluation;
}
