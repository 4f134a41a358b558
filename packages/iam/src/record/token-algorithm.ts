/** Signing algorithms of the installation's tokens (STS API, GetWebIdentityToken). */
export const TOKEN_ALGORITHMS = ["ES384", "RS256"] as const;
/** A signing algorithm of the installation's tokens. */
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];
