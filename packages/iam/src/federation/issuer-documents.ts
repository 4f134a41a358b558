import type { JSONWebKeySet } from "jose";
import { type SigningKeysRecord, TOKEN_ALGORITHMS } from "../record/signing-keys.ts";

/** Where the documents are, below the issuer's URL. */
export const DISCOVERY_PATH = "/.well-known/openid-configuration";
export const JWKS_PATH = "/.well-known/jwks.json";

/** How long whoever reads them may keep them, in seconds: far less than a new key is published before it signs. */
export const DOCUMENTS_MAX_AGE_SECONDS = 3600;

/** What the installation publishes of itself as an issuer (OpenID Connect Discovery 1.0, 3). */
export const discoveryDocument = (issuer: string): object => ({
  issuer,
  jwks_uri: `${issuer}${JWKS_PATH}`,
  response_types_supported: ["id_token"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: TOKEN_ALGORITHMS,
  claims_supported: ["iss", "aud", "sub", "iat", "exp", "jti", "https://sts.amazonaws.com/"],
});

/** The public halves of the signing keys. */
export const publicKeys = (record: SigningKeysRecord | undefined): JSONWebKeySet => ({
  keys: (record?.keys ?? []).map(({ publicJwk }) => publicJwk),
});
