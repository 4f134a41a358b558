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
  TOKEN_ALGORITHMS,
  type TokenAlgorithm,
} from "../record/signing-keys.ts";
import type { Sealer } from "../sealing/sealer.ts";
import type { Store } from "../storage/store.ts";
import { atomically } from "../storage/unit-of-work.ts";

/** A key that a key service holds for us. */
export interface RemoteKey {
  readonly keyId: string;
  readonly publicJwk: JWK;
}

interface Keeping {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly managementAccount: string;
  readonly now: Date;
  /** Keys of a key service to sign with; of an algorithm without one the key is made here, and kept sealed. */
  readonly remote?: Partial<Readonly<Record<TokenAlgorithm, RemoteKey>>>;
}

const DAY = 86_400;
/** A key signs for so long, and is published for a while before and after. */
const ROTATE_AFTER_SECONDS = 90 * DAY;
const PUBLISHED_BEFORE_SECONDS = DAY;
const PUBLISHED_AFTER_SECONDS = 2 * DAY;

/**
 * Make the installation's signing keys where they are missing, rotate those that are old, or another key of the key service by now,
 * and forget those whose tokens have long expired. To be called at every start or deployment; `rotate` does it now.
 */
export async function keepSigningKeys(
  keeping: Keeping,
  options: { readonly rotate?: boolean } = {},
): Promise<void> {
  const { store, managementAccount, now } = keeping;
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
        isReplaced(newest, keeping);
      return due
        ? [
            makeKey(
              keeping,
              algorithm,
              newest === undefined ? seconds : seconds + PUBLISHED_BEFORE_SECONDS,
            ),
          ]
        : [];
    });
    const keys = [...before, ...added];
    const kept = keys.filter((one) => !isForgotten(one, keys, seconds));
    if (added.length > 0 || kept.length < keys.length) unit.put(key, { keys: kept });
  });
}

/**
 * INVARIANT: only a deployment that names another key takes the place of one in a key service: whoever calls without naming any, as an
 * operator who rotates the data key, must not bring signing keys into the table.
 */
const isOld = ({ signsFrom, secret }: SigningKey, now: number): boolean =>
  secret.kind === "sealed" && now - signsFrom >= ROTATE_AFTER_SECONDS;

function isReplaced({ algorithm, secret }: SigningKey, { remote }: Keeping): boolean {
  const wanted = remote?.[algorithm];
  return wanted !== undefined && !(secret.kind === "remote" && secret.keyId === wanted.keyId);
}

/** Its successor has been signing for longer than any token of its own lives. */
function isForgotten(key: SigningKey, keys: readonly SigningKey[], now: number): boolean {
  const later = keys
    .slice(keys.indexOf(key) + 1)
    .find(({ algorithm }) => algorithm === key.algorithm);
  return later !== undefined && later.signsFrom + PUBLISHED_AFTER_SECONDS <= now;
}

function makeKey(
  { sealer, remote }: Keeping,
  algorithm: TokenAlgorithm,
  signsFrom: number,
): SigningKey {
  const kid = randomBytes(12).toString("base64url");
  const named = { kid, alg: algorithm, use: "sig" };
  const held = remote?.[algorithm];
  if (held !== undefined) {
    return {
      kid,
      algorithm,
      signsFrom,
      publicJwk: { ...held.publicJwk, ...named },
      secret: { kind: "remote", keyId: held.keyId },
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

/** The key that signs now: of those whose time has come the newest. */
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

/** @throws {Error} when the key is in a key service, and there is none to ask */
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

// Opened keys are kept: parsing one costs as much as signing with it.
const privateKeys = new Map<string, KeyObject>();
const PRIVATE_KEYS_AT_MOST = 16;

function privateKeyOf(kid: string, sealedKey: string, sealer: Sealer): KeyObject {
  const known = privateKeys.get(sealedKey);
  if (known !== undefined) return known;
  const pkcs8 = Buffer.from(sealer.open(sealedKey, signingKeySeal(kid)));
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  if (privateKeys.size >= PRIVATE_KEYS_AT_MOST)
    privateKeys.delete(privateKeys.keys().next().value ?? "");
  privateKeys.set(sealedKey, key);
  return key;
}
