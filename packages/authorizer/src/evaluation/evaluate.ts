import type { Caller } from "@portcullis/iam/caller";
import { mustChangePasswordFirst } from "@portcullis/iam/password-change";
import type { Tag } from "@portcullis/iam/record/tag";
import { isOutsideRootTask } from "@portcullis/iam/root-session";
import {
  type AuthorizationRequest,
  authorize,
  type CompiledPolicy,
  type ContextValue,
  type Decision,
} from "@portcullis/policy";
import { conditionKeys, type KnownContext, type RequestFacts } from "./condition-keys.ts";

/** A decision, and the request in the policy language that it is about. */
export interface Evaluation {
  readonly decision: Decision;
  readonly request: EvaluatedRequest;
  /** The policy of the API itself, where it took part besides those of the request. */
  readonly apiPolicy?: CompiledPolicy | undefined;
}

export type EvaluatedRequest = AuthorizationRequest & { readonly context: KnownContext };

/** An action on a resource, and what the service knows of it. */
export interface EvaluationTarget {
  /** `orders:GetOrder` */
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. The caller's own when absent. */
  readonly resourceAccount?: string | undefined;
  readonly resourceTags?: readonly Tag[] | undefined;
  /** Absent: the resource has none. A role's trust policy is one. */
  readonly resourcePolicies?: readonly CompiledPolicy[] | undefined;
  /**
   * The service's condition keys, in any case. A key whose value is undefined is not in the
   * request.
   */
  readonly serviceKeys?: Readonly<Record<string, ContextValue | undefined>> | undefined;
}

/**
 * Decides whether the caller may do it. Every decision is made here: the authorizer's, the control
 * API's, and whether a role trusts the holder of a provider's token.
 */
export function evaluate(
  caller: Caller,
  target: EvaluationTarget,
  facts: RequestFacts,
): Evaluation {
  const { action, resource, resourcePolicies, serviceKeys } = target;
  const resourceAccount = target.resourceAccount ?? caller.account;
  const request = {
    principal: caller.principal,
    action,
    resource,
    resourceAccount,
    policies: resourcePolicies
      ? { ...caller.policies, resource: resourcePolicies }
      : caller.policies,
    context: conditionKeys(caller, facts, {
      account: resourceAccount,
      tags: target.resourceTags ?? [],
      serviceKeys: serviceKeys ?? {},
    }),
  };
  // Whatever its policies say, a root session stays within its task.
  if (mustChangePasswordFirst(caller, action) || isOutsideRootTask(caller, request))
    return { request, decision: SESSION_ALLOWS_NOTHING };
  return { request, decision: authorize(request) };
}

const SESSION_ALLOWS_NOTHING: Decision = {
  outcome: "implicitDeny",
  missing: "session",
  statements: [],
};
