import type { ConditionKeys, OperationContext, Requirement } from "../model/operation.ts";
import { federationClaims } from "../session/role-claims.ts";
import { startRoleSession } from "../session/role-session.ts";
import type { RequestedPolicies } from "../session/session-policies.ts";
import { roleOfArn, trustTarget } from "../trust/role-trust.ts";
import {
  assertionKeys,
  assertionOf,
  assertionRequires,
  assertionTags,
} from "./federated-caller.ts";

/** The common input of `AssumeRoleWithWebIdentity` and `AssumeRoleWithSAML`. */
interface FederatedInput extends RequestedPolicies {
  readonly RoleArn?: string | undefined;
  readonly DurationSeconds?: number | undefined;
  readonly MinimumSessionTokenSize?: number | undefined;
}

/** The condition keys of the caller's assertion. */
export const federationKeys = ({ caller }: Pick<OperationContext, "caller">): ConditionKeys =>
  assertionKeys(assertionOf(caller));

/** The additional decisions for the tags and the source identity of the caller's assertion. */
export async function federationRequirements(
  { caller, unit }: Pick<OperationContext, "caller" | "unit">,
  { RoleArn: arn = "" }: FederatedInput,
): Promise<readonly Requirement[]> {
  const target = trustTarget(arn, await roleOfArn(unit, arn));
  return assertionRequires(assertionOf(caller)).map((action) => ({ action, target }));
}

/**
 * Issues credentials for the role after the trust policy allowed the assertion.
 * @throws {ApiError} see `startRoleSession` and `assertionTags`
 */
export async function startFederatedSession(context: OperationContext, input: FederatedInput) {
  const { RoleArn: arn = "" } = input;
  const assertion = assertionOf(context.caller);
  const role = await roleOfArn(context.unit, arn);
  if (role === undefined)
    throw new Error(`role ${arn} was allowed to be assumed and does not exist`);
  const session = await startRoleSession(context, role, {
    ...input,
    ...assertionTags(assertion),
    DurationSeconds: input.DurationSeconds ?? assertion.sessionSeconds,
    sessionName: assertion.sessionName,
    sourceIdentity: assertion.sourceIdentity,
    maxSeconds: assertion.maxSessionSeconds,
    federation: federationClaims(assertion),
  });
  return { assertion, session };
}
