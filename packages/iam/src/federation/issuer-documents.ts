import type { JSONWebKeySet } from "jose";
import type { SigningKeysRecord } from "../record/signing-keys.ts";
import { TOKEN_ALGORITHMS } from "../record/token-algorithm.ts";

/** The path of the discovery document below the issuer's URL. */
export const DISCOVERY_PATH = "/.well-known/openid-configuration";
/** The path of the key set below the issuer's URL. */
export const JWKS_PATH = "/.well-known/jwks.json";

/**
 * The cache lifetime of the documents. It is much shorter than the time between publication and
 * first use of a key.
 */
export const DOCUMENTS_MAX_AGE_SECONDS = 3600;

/** The installation's discovery document (OpenID Connect Discovery 1.0, 3). */
export const discoveryDocument = (issuer: string): object => ({
  issuer,
  jwks_uri: `${issuer}${JWKS_PATH}`,
  response_types_supported: ["id_token"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: TOKEN_ALGORITHMS,
  claims_supported: ["iss", "aud", "sub", "iat", "exp", "jti", "https://sts.amazonaws.com/"],
});

/** The key set with the public keys of all signing keys. */
export const publicKeys = (record: SigningKeysRecord | undefined): JSONWebKeySet => ({
  keys: (record?.keys ?? []).map(({ publicJwk }) => publicJwk),
});
