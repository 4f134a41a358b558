import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import type { JWK } from "jose";
import type { RemoteSigner } from "../model/remote-signer.ts";
import {
  type SigningKey,
  type SigningKeysRecord,
  signingKeySeal,
  signingKeysKey,
} from "../record/signing-keys.ts";
import { TOKEN_ALGORITHMS, type TokenAlgorithm } from "../record/token-algorithm.ts";
import type { Sealer } from "../sealing/sealer.ts";
import type { Store } from "../storage/store.ts";
import { atomically } from "../storage/unit-of-work.ts";

/** A signing key in a key service. */
export interface RemoteKey {
  readonly keyId: string;
  readonly publicJwk: JWK;
}

interface KeyMaintenance {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly managementAccount: string;
  readonly now: Date;
  /**
   * Keys in a key service to sign with. For an algorithm without one, a key is generated here and
   * stored sealed.
   */
  readonly remote?: Partial<Readonly<Record<TokenAlgorithm, RemoteKey>>>;
}

const DAY_SECONDS = 86_400;
/** A key signs for 90 days. It is published a day before, and two days after. */
const ROTATE_AFTER_SECONDS = 90 * DAY_SECONDS;
const PUBLISHED_BEFORE_SECONDS = DAY_SECONDS;
const PUBLISHED_AFTER_SECONDS = 2 * DAY_SECONDS;

/**
 * Creates missing signing keys, rotates old ones and those that the deployment has replaced, and
 * deletes those whose tokens have expired. Every start or deployment calls it.
 * @param options `rotate` rotates all keys now
 */
export async function maintainSigningKeys(
  maintenance: KeyMaintenance,
  options: { readonly rotate?: boolean } = {},
): Promise<void> {
  const { store, managementAccount, now } = maintenance;
  const seconds = Math.floor(now.getTime() / 1000);
  await atomically(store, async (unit) => {
    const key = signingKeysKey(managementAccount);
    const before = (await unit.get(key))?.keys ?? [];
    const added = TOKEN_ALGORITHMS.flatMap((algorithm) => {
      const newest = before.filter((one) => one.algorithm === algorithm).at(-1);
      const due =
        options.rotate ||
        newest === undefined ||
        isOld(newest, seconds) ||
        isReplaced(newest, maintenance);
      return due
        ? [
            makeKey(
              maintenance,
              algorithm,
              newest === undefined ? seconds : seconds + PUBLISHED_BEFORE_SECONDS,
            ),
          ]
        : [];
    });
    const keys = [...before, ...added];
    const remaining = keys.filter((one) => !isObsolete(one, keys, seconds));
    if (added.length > 0 || remaining.length < keys.length) unit.put(key, { keys: remaining });
  });
}

/**
 * INVARIANT: only a deployment that names another key replaces a key in a key service. A call
 * without keys, as by an operator who rotates the data key, must not move signing keys into the
 * table.
 */
const isOld = ({ signsFrom, secret }: SigningKey, now: number): boolean =>
  secret.kind === "sealed" && now - signsFrom >= ROTATE_AFTER_SECONDS;

function isReplaced({ algorithm, secret }: SigningKey, { remote }: KeyMaintenance): boolean {
  const wanted = remote?.[algorithm];
  return wanted !== undefined && !(secret.kind === "remote" && secret.keyId === wanted.keyId);
}

/** Whether a key's successor has been signing for longer than the longest token lifetime. */
function isObsolete(key: SigningKey, keys: readonly SigningKey[], now: number): boolean {
  const later = keys
    .slice(keys.indexOf(key) + 1)
    .find(({ algorithm }) => algorithm === key.algorithm);
  return later !== undefined && later.signsFrom + PUBLISHED_AFTER_SECONDS <= now;
}

function makeKey(
  { sealer, remote }: KeyMaintenance,
  algorithm: TokenAlgorithm,
  signsFrom: number,
): SigningKey {
  const kid = randomBytes(12).toString("base64url");
  const named = { kid, alg: algorithm, use: "sig" };
  const remoteKey = remote?.[algorithm];
  if (remoteKey !== undefined) {
    return {
      kid,
      algorithm,
      signsFrom,
      publicJwk: { ...remoteKey.publicJwk, ...named },
      secret: { kind: "remote", keyId: remoteKey.keyId },
    };
  }
  const { privateKey, publicKey } = GENERATE[algorithm]();
  const sealedKey = sealer.seal(
    privateKey.export({ format: "der", type: "pkcs8" }),
    signingKeySeal(kid),
  );
  return {
    kid,
    algorithm,
    signsFrom,
    publicJwk: { ...publicKey.export({ format: "jwk" }), ...named },
    secret: { kind: "sealed", sealedKey },
  };
}

const GENERATE: Readonly<
  Record<TokenAlgorithm, () => { privateKey: KeyObject; publicKey: KeyObject }>
> = {
  ES384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
};

/**
 * The newest key whose signing period has started.
 * @throws {Error} if there is none
 */
export function currentKey(
  { keys }: SigningKeysRecord,
  algorithm: TokenAlgorithm,
  now: Date,
): SigningKey {
  const seconds = now.getTime() / 1000;
  const key = keys.filter((one) => one.algorithm === algorithm && one.signsFrom <= seconds).at(-1);
  if (key === undefined)
    throw new Error(`the installation has no ${algorithm} signing key: it has not been set up`);
  return key;
}

/**
 * Signs with a signing key. An ECDSA signature is r and s, concatenated.
 * @throws {Error} if the key is in a key service and no signer is configured
 */
export async function signWith(
  { kid, algorithm, secret }: SigningKey,
  input: Uint8Array,
  {
    sealer,
    remoteSigner,
  }: { readonly sealer: Sealer; readonly remoteSigner?: RemoteSigner | undefined },
): Promise<Uint8Array> {
  if (secret.kind === "remote") {
    if (remoteSigner === undefined)
      throw new Error(`signing key ${kid} is in a key service, and none is configured`);
    return remoteSigner(secret.keyId, algorithm, input);
  }
  const key = privateKeyOf(kid, secret.sealedKey, sealer);
  return sign(algorithm === "ES384" ? "sha384" : "sha256", input, {
    key,
    dsaEncoding: "ieee-p1363",
  });
}

// Private keys are cached: parsing one costs as much as signing.
const privateKeys = new Map<string, KeyObject>();
const MAX_PRIVATE_KEYS = 16;

function privateKeyOf(kid: string, sealedKey: string, sealer: Sealer): KeyObject {
  const cached = privateKeys.get(sealedKey);
  if (cached !== undefined) return cached;
  const pkcs8 = Buffer.from(sealer.open(sealedKey, signingKeySeal(kid)));
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  if (privateKeys.size >= MAX_PRIVATE_KEYS)
    privateKeys.delete(privateKeys.keys().next().value ?? "");
  privateKeys.set(sealedKey, key);
  return key;
}
