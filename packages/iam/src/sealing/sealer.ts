/**
 * Keeps secrets unreadable to whoever reads the table: AES-256-GCM under data keys that a key service wraps.
 * `packages/store` implements it; sealing and opening are synchronous once the key ring has been loaded.
 */
export interface Sealer {
  /** Base64url of key id, nonce, ciphertext and tag. `bound` (associated data) must be the same to open it. */
  seal(plaintext: Uint8Array, bound: string): string;
  /** @throws {SealBroken} when altered, bound to something else, or sealed under a key that is not in the ring */
  open(sealed: string, bound: string): Uint8Array;
  /** 32 bytes derived (HKDF-SHA256) from the current data key for one purpose; `keyId` finds it again. */
  derive(purpose: string, keyId?: string): { readonly keyId: string; readonly key: Uint8Array };
}

export class SealBroken extends Error {
  override readonly name = "SealBroken";
}
