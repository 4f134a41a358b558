import { allowsAnything } from "@portcullis/authorizer";
import { type AuthorizationRequest, authorize } from "@portcullis/policy";

/**
 * Whether a request is for another account's resource, and the resource's own policies do not let it in, whatever the caller's say.
 * INVARIANT: a stranger learns nothing of the resource, not even that it exists: neither its tags nor whom it denies, nor by the
 * difference that they make to policies of the caller's making.
 */
export function isStranger({ policies, ...asked }: AuthorizationRequest): boolean {
  const { principal, resourceAccount } = asked;
  if (
    resourceAccount === undefined ||
    ("account" in principal && principal.account === resourceAccount)
  )
    return false;
  const callers = { identity: [allowsAnything()], session: [allowsAnything()] };
  return (
    authorize({ ...asked, policies: { ...callers, resource: policies.resource ?? [] } }).outcome !==
    "allowed"
  );
}
