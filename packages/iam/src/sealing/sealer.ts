/**
 * Encrypts secrets before they are stored, with AES-256-GCM under data keys that a key service
 * wraps. `packages/store` implements it. Synchronous, because the key ring is loaded beforehand.
 */
export interface Sealer {
  /**
   * Encrypts a secret. The result is base64url of key id, salt, nonce, ciphertext and tag.
   * @param bound associated data, which `open` needs again
   */
  seal(plaintext: Uint8Array, bound: string): string;
  /**
   * Decrypts a sealed text.
   * @throws {SealBroken} if it was altered, bound to something else, or sealed under a key that is
   * not in the ring
   */
  open(sealed: string, bound: string): Uint8Array;
  /** Derives 32 bytes for one purpose (HKDF-SHA256) from the current data key, or from `keyId`. */
  derive(purpose: string, keyId?: string): { readonly keyId: string; readonly key: Uint8Array };
}

/** A text that can't be opened. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
}
