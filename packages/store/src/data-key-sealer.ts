import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { SealBroken, type Sealer } from "@portcullis/iam/sealer";

/** Data keys that have been unwrapped, by id; `current` seals, all open. */
export interface DataKeys {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

export const KEY_ID_BYTES = 8;
export const DATA_KEY_BYTES = 32;
const SALT_BYTES = 12;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Sealed text is base64url of: key id (8 bytes), salt (12), nonce (12), ciphertext, tag (16). Each message has a key of
 * its own, made from the data key and the salt: AES-GCM with random nonces is safe for 2^32 messages of one key only
 * (NIST SP 800-38D, 8.3), which session tokens could reach.
 */
export function dataKeySealer(dataKeys: () => DataKeys): Sealer {
  return {
    seal(plaintext, bound) {
      const { current } = dataKeys();
      const salt = randomBytes(SALT_BYTES);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", messageKey(keyOf(dataKeys(), current), salt), nonce);
      cipher.setAAD(Buffer.from(bound));
      const sealed = [
        idBytes(current),
        salt,
        nonce,
        cipher.update(plaintext),
        cipher.final(),
        cipher.getAuthTag(),
      ];
      return Buffer.concat(sealed).toString("base64url");
    },
    open(sealed, bound) {
      const bytes = Buffer.from(sealed, "base64url");
      // One sealed text has one spelling only: Buffer ignores what is not base64url.
      if (
        bytes.length < KEY_ID_BYTES + SALT_BYTES + NONCE_BYTES + TAG_BYTES ||
        bytes.toString("base64url") !== sealed
      ) {
        throw new SealBroken("not a sealed text");
      }
      const id = bytes.subarray(0, KEY_ID_BYTES).toString("hex");
      const salt = bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + SALT_BYTES);
      const nonce = bytes.subarray(KEY_ID_BYTES + SALT_BYTES, KEY_ID_BYTES + SALT_BYTES + NONCE_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", messageKey(keyOf(dataKeys(), id), salt), nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(bound));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = decipher.update(bytes.subarray(KEY_ID_BYTES + SALT_BYTES + NONCE_BYTES, -TAG_BYTES));
      try {
        return Buffer.concat([text, decipher.final()]);
      } catch (error) {
        throw new SealBroken("altered, or sealed for something else", { cause: error });
      }
    },
    derive(purpose, keyId = dataKeys().current) {
      const key = keyOf(dataKeys(), keyId);
      return { keyId, key: new Uint8Array(hkdfSync("sha256", key, "", `portcullis derive: ${purpose}`, 32)) };
    },
  };
}

/** The id of the data key that a sealed text names; nothing says yet that it is genuine. */
export function keyIdOf(sealed: string): string {
  return Buffer.from(sealed.slice(0, 11), "base64url").toString("hex");
}

function keyOf({ keys }: DataKeys, id: string): Uint8Array {
  const key = keys.get(id);
  if (!key) throw new SealBroken(`the key ring has no key ${id}`);
  return key;
}

function messageKey(dataKey: Uint8Array, salt: Uint8Array): Uint8Array {
  return createHmac("sha256", dataKey).update("portcullis seal: ").update(salt).digest();
}

function idBytes(id: string): Uint8Array {
  return Buffer.from(id, "hex");
}
