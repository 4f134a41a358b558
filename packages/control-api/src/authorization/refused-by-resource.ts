import { allowAll } from "@portcullis/authorizer";
import { type AuthorizationRequest, authorize } from "@portcullis/policy";

/**
 * Whether a request is for a resource of another account whose resource policies do not let the
 * caller in, whatever the caller's own policies say.
 *
 * INVARIANT: such a caller learns nothing of the resource, not even that it exists: neither its
 * tags nor whom it denies, nor the difference that they make to policies of the caller's making.
 */
export function isRefusedByResource({ policies, ...request }: AuthorizationRequest): boolean {
  const { principal, resourceAccount } = request;
  if (
    resourceAccount === undefined ||
    ("account" in principal && principal.account === resourceAccount)
  )
    return false;
  const resource = policies.resource ?? [];
  const decision = authorize({
    ...request,
    policies: { identity: [allowAll()], session: [allowAll()], resource },
  });
  return decision.outcome !== "allowed";
}
