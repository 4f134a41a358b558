import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { SealBroken, type Sealer } from "@portcullis/iam/sealer";

/** The extracted data keys (`extract`) by id. The current one seals, all open. */
export interface DataKeys {
  readonly current: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

export const KEY_ID_BYTES = 8;
export const DATA_KEY_BYTES = 32;
const SALT_BYTES = 12;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A sealer over data keys. A sealed text is base64url of key id (8 bytes), salt (12), nonce (12),
 * ciphertext and tag (16). Each message has its own key, derived from the data key and the salt:
 * AES-GCM with random nonces is safe for 2^32 messages of one key (NIST SP 800-38D, 8.3), and
 * session tokens could exceed that.
 */
export function dataKeySealer(dataKeys: () => DataKeys): Sealer {
  return {
    seal(plaintext, bound) {
      const { current } = dataKeys();
      const random = randomBytes(SALT_BYTES + NONCE_BYTES);
      const key = messageKey(keyOf(dataKeys(), current), random.subarray(0, SALT_BYTES));
      const cipher = createCipheriv("aes-256-gcm", key, random.subarray(SALT_BYTES));
      cipher.setAAD(Buffer.from(bound));
      const text = [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat([Buffer.from(current, "hex"), random, ...text]).toString("base64url");
    },
    open(sealed, bound) {
      const bytes = Buffer.from(sealed, "base64url");
      // Buffer ignores characters that are not base64url, so compare with the canonical text.
      if (
        bytes.length < KEY_ID_BYTES + SALT_BYTES + NONCE_BYTES + TAG_BYTES ||
        bytes.toString("base64url") !== sealed
      ) {
        throw new SealBroken("not a sealed text");
      }
      const id = bytes.subarray(0, KEY_ID_BYTES).toString("hex");
      const salt = bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + SALT_BYTES);
      const nonce = bytes.subarray(
        KEY_ID_BYTES + SALT_BYTES,
        KEY_ID_BYTES + SALT_BYTES + NONCE_BYTES,
      );
      const decipher = createDecipheriv(
        "aes-256-gcm",
        messageKey(keyOf(dataKeys(), id), salt),
        nonce,
        {
          authTagLength: TAG_BYTES,
        },
      );
      decipher.setAAD(Buffer.from(bound));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = decipher.update(
        bytes.subarray(KEY_ID_BYTES + SALT_BYTES + NONCE_BYTES, -TAG_BYTES),
      );
      try {
        return Buffer.concat([text, decipher.final()]);
      } catch (error) {
        throw new SealBroken("altered, or sealed for something else", { cause: error });
      }
    },
    derive(purpose, keyId = dataKeys().current) {
      return {
        keyId,
        key: expand(keyOf(dataKeys(), keyId), Buffer.from(`portcullis derive: ${purpose}`)),
      };
    },
  };
}

/** The data key id in a sealed text, unverified. */
export function keyIdOf(sealed: string): string {
  return Buffer.from(sealed.slice(0, 11), "base64url").toString("hex");
}

/**
 * HKDF-Extract with SHA-256 and no salt (RFC 5869, 2.2). Done once, so a derivation is one HMAC.
 */
export function extract(dataKey: Uint8Array): KeyObject {
  return createSecretKey(createHmac("sha256", Buffer.alloc(32)).update(dataKey).digest());
}

/** HKDF-Expand to 32 bytes (RFC 5869, 2.3). */
function expand(key: KeyObject, info: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(info).update(Buffer.of(1)).digest();
}

function messageKey(key: KeyObject, salt: Uint8Array): KeyObject {
  return createSecretKey(expand(key, Buffer.concat([Buffer.from("portcullis seal: "), salt])));
}

function keyOf({ keys }: DataKeys, id: string): KeyObject {
  const key = keys.get(id);
  if (!key) throw new SealBroken(`the key ring has no key ${id}`);
  return key;
}
