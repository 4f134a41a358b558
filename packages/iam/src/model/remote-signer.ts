import type { TokenAlgorithm } from "../record/token-algorithm.ts";

/**
 * Signs with a key in a key service. An ECDSA signature is r and s, concatenated (RFC 7518, 3.4).
 */
export type RemoteSigner = (
  keyId: string,
  algorithm: TokenAlgorithm,
  input: Uint8Array,
) => Promise<Uint8Array>;
