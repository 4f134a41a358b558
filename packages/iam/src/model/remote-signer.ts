import type { TokenAlgorithm } from "../record/signing-keys.ts";

/** Signs with a key that a key service holds. ECDSA signatures are r and s, one after the other, as JWS has them. */
export type RemoteSigner = (
  keyId: string,
  algorithm: TokenAlgorithm,
  input: Uint8Array,
) => Promise<Uint8Array>;
