/**
 * AWS Signature Version 4 on the verifying side. An entry point of its own, free of schemas and XML: the authorizer
 * bundles it.
 */
export type { PathForm } from "./canonical-request.ts";
export { type ReadCredential, readCredential } from "./credential.ts";
export {
  type Credential,
  MAX_PRESIGNED_SECONDS,
  type SignatureErrorCode,
  type SignatureRefusal,
  type SignedRequest,
} from "./signed-request.ts";
export {
  EMPTY_PAYLOAD_HASH,
  type Payload,
  UNSIGNED_PAYLOAD,
  type Verified,
  type VerifyOptions,
  verifySignature,
} from "./verify-signature.ts";
