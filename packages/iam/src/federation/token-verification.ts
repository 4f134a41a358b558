/**
 * All that the verification of a bearer token takes, which an authorizer loads with the first one.
 * INVARIANT: no file within is part of the rest of an authorizer too. What both had would be a file
 * of its own in the bundle, and each cold start would read it.
 */
export { ApiError } from "../error.ts";
export {
  assertionKeys,
  assertionRequires,
  assertionTags,
  federatedCaller,
} from "./federated-caller.ts";
export { hasOwnIssuer, SESSION_CLAIM, verifyOwnToken } from "./own-token.ts";
export { claimsOf } from "./token-claims.ts";
export { claimedIssuer, verifyWebIdentity } from "./web-identity-token.ts";
