import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Unwraps data keys. Enough for functions that only read. */
export interface KeyUnwrapper {
  unwrap(wrapped: Uint8Array): Promise<Uint8Array>;
}

/** Wraps the 32 bytes of a data key under a master key, and unwraps them. */
export interface KeyWrapper extends KeyUnwrapper {
  wrap(dataKey: Uint8Array): Promise<Uint8Array>;
}

/** A wrapper with its master key in memory. For tests and `fileKeyWrapper`. */
export function memoryKeyWrapper(masterKey: Uint8Array = randomBytes(32)): KeyWrapper {
  return {
    async wrap(dataKey) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", masterKey, nonce);
      return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
    },
    async unwrap(wrapped) {
      const decipher = createDecipheriv("aes-256-gcm", masterKey, wrapped.subarray(0, 12), {
        authTagLength: 16,
      });
      decipher.setAuthTag(wrapped.subarray(-16));
      return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]);
    },
  };
}
