import {
  denialSentence,
  type Evaluation,
  evaluate,
  type OrganizationMembership,
} from "@portcullis/authorizer";
import { encodeAuthorizationMessage } from "@portcullis/iam/authorization-message";
import { ApiError } from "@portcullis/iam/error";
import type { ConditionKeys, OperationContext, Target } from "@portcullis/iam/operation";
import type { AnyOperation, CallRecord } from "../model/call.ts";
import { type ControlRequest, headerOf } from "../model/request.ts";
import { isRefusedByResource } from "./refused-by-resource.ts";
import { tagKeys } from "./tag-keys.ts";

/** What a decision needs besides the operation: the request, and where the log finds the result. */
export interface AuthorizationInput {
  readonly request: ControlRequest;
  readonly record: CallRecord;
  readonly organization: OrganizationMembership | undefined;
}

/**
 * Decides on the operation itself and on what else it needs, such as `iam:PassRole`. The first
 * denial is the answer.
 * @throws {ApiError} `AccessDenied` with AWS's sentence
 */
export async function authorizeOperation(
  context: OperationContext,
  operation: AnyOperation,
  input: unknown,
  { request, record, organization }: AuthorizationInput,
): Promise<void> {
  if (operation.access === "anyone") return;
  const serviceKeys: ConditionKeys = {
    ...tagKeys(input),
    ...(await operation.conditionKeys?.(context, input)),
  };
  const evaluateTarget = (action: string, target: Target): Evaluation =>
    evaluateControl(context, action, target, { request, organization, serviceKeys });
  const refuseUnlessAllowed = (evaluation: Evaluation, target: Target): void => {
    if (evaluation.decision.outcome === "allowed") return;
    const { refusalTarget } = target;
    if (refusalTarget === undefined || !isRefusedByResource(evaluation.request))
      throw accessDenied(context, operation, target, evaluation);
    // Does not reveal whether another account's resource exists. The caller's account can look its
    // denials up, so the record is of this decision, too.
    const hidden = evaluateTarget(evaluation.request.action, refusalTarget);
    record.evaluation = hidden;
    throw accessDenied(context, operation, refusalTarget, hidden);
  };

  const target = await operation.target(context, input);
  const evaluation = evaluateTarget(operation.action, target);
  record.evaluation = evaluation;
  refuseUnlessAllowed(evaluation, target);
  for (const requirement of (await operation.alsoAuthorize?.(context, input)) ?? []) {
    const other = evaluateTarget(requirement.action, requirement.target);
    if (other.decision.outcome !== "allowed") record.evaluation = other;
    refuseUnlessAllowed(other, requirement.target);
  }
}

function evaluateControl(
  { caller, now, settings }: OperationContext,
  action: string,
  target: Target,
  {
    request,
    organization,
    serviceKeys,
  }: Pick<AuthorizationInput, "request" | "organization"> & {
    readonly serviceKeys: ConditionKeys;
  },
): Evaluation {
  return evaluate(
    caller,
    {
      action,
      resource: target.arn,
      resourceAccount: target.account,
      resourceTags: target.tags,
      resourcePolicies: target.resourcePolicies,
      serviceKeys,
    },
    {
      now,
      sourceIp: request.sourceIp,
      userAgent: headerOf(request, "user-agent"),
      referer: headerOf(request, "referer"),
      secureTransport: settings.issuer.startsWith("https:"),
      region: settings.region,
      organization,
    },
  );
}

function accessDenied(
  { caller, sealer, requestId: decisionId }: OperationContext,
  { refusal }: AnyOperation,
  target: Target,
  { decision, request }: Evaluation,
): ApiError {
  if (decision.outcome === "allowed") throw new TypeError("an allow is no denial");
  const encodedAuthorizationMessage = encodeAuthorizationMessage(sealer, {
    decisionId,
    request,
    decision,
    account: caller.account,
    userName: caller.userName,
    conditions: request.context.entries(),
  });
  const resourceName = target.resourceName ?? target.arn;
  const sentence = denialSentence(caller.principal, request.action, resourceName, decision);
  return new ApiError("AccessDenied", refusal ?? sentence, { encodedAuthorizationMessage });
}
