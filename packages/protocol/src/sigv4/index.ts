/**
 * Verification of AWS Signature Version 4. An entry point of its own without schemas and XML,
 * because the authorizer bundles it.
 */
export { type ReadCredential, readCredential } from "./credential.ts";
export {
  type Credential,
  MAX_PRESIGNED_SECONDS,
  type SignatureErrorCode,
  type SignatureRefusal,
  type SignedRequest,
} from "./signed-request.ts";
export { signingKey } from "./signing-key.ts";
export {
  EMPTY_PAYLOAD_HASH,
  type Payload,
  UNSIGNED_PAYLOAD,
  type Verified,
  type VerifyOptions,
  verifySignature,
} from "./verify-signature.ts";
export { isWireSpelling, wirePaths } from "./wire-paths.ts";
