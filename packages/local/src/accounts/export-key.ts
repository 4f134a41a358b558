import { randomBytes, scrypt } from "node:crypto";
import type { Sealer } from "@portcullis/iam/sealer";
import { type Reader, recordsOf } from "@portcullis/iam/store";
import { type KeyRingRecord, keyRingKey, loadKeyRing, StoreUnavailable } from "@portcullis/store";
import { memoryKeyWrapper } from "@portcullis/store/key-wrapper";
import { LocalError } from "../engine/index.ts";

/**
 * An export's data key as its header has it: wrapped under a key that scrypt derives from a
 * passphrase.
 */
export interface ExportKey {
  readonly algorithm: "scrypt";
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** Base64url. */
  readonly salt: string;
  readonly ring: KeyRingRecord;
}

/** Operations with an export's data key: sealing its secrets, and the MAC over the whole file. */
export interface ExportKeys {
  readonly sealer: Sealer;
  readonly macKey: Uint8Array;
}

/**
 * 128 MiB and some tenths of a second: a person who finds the file can guess slowly only. OWASP
 * recommends N = 2^17 too.
 */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const;
/** Upper bound for a header, which is read before anything is known of its author. */
const N_AT_MOST = 2 ** 20;
const PASSPHRASE_LETTERS = 12;

/** Makes a new key for an export, wrapped under a passphrase. */
export async function makeExportKey(
  passphrase: string,
): Promise<{ key: ExportKey; keys: ExportKeys }> {
  const salt = randomBytes(16);
  const derived = await derive(passphrase, salt, COST);
  const wrapper = memoryKeyWrapper(derived);
  const id = randomBytes(8).toString("hex");
  const wrapped = Buffer.from(await wrapper.wrap(randomBytes(32))).toString("base64");
  const ring = { current: id, keys: [{ id, wrapped, createdAtSeconds: 0 }] };
  const key: ExportKey = { algorithm: "scrypt", ...COST, salt: salt.toString("base64url"), ring };
  return { key, keys: await openWith(derived, ring) };
}

/** Unwraps the key of an export. @throws {LocalError} if the passphrase is wrong */
export async function openExportKey(key: ExportKey, passphrase: string): Promise<ExportKeys> {
  if (key.algorithm !== "scrypt" || key.N > N_AT_MOST || key.r !== COST.r || key.p !== COST.p)
    throw new LocalError("The export's key was made in a way that this version does not know.");
  const derived = await derive(passphrase, Buffer.from(key.salt, "base64url"), key);
  return openWith(derived, key.ring);
}

const nothing: Reader["get"] = async (keys) => recordsOf(keys, []);

async function openWith(derived: Uint8Array, ring: KeyRingRecord): Promise<ExportKeys> {
  const sealer = await loadKeyRing({
    reader: { get: nothing, snapshot: nothing },
    wrapper: memoryKeyWrapper(derived),
    account: "export",
    stored: { key: keyRingKey("export"), version: 1, data: ring },
  }).catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error;
    throw new LocalError(
      "The passphrase in PORTCULLIS_EXPORT_PASSPHRASE is not the one of this export.",
    );
  });
  return { sealer, macKey: sealer.derive("export").key };
}

/** Checks the passphrase. @throws {LocalError} if it is too short */
export function readPassphrase(env: NodeJS.ProcessEnv): string {
  const passphrase = env.PORTCULLIS_EXPORT_PASSPHRASE ?? "";
  if (passphrase.length < PASSPHRASE_LETTERS) {
    throw new LocalError(
      `PORTCULLIS_EXPORT_PASSPHRASE must be set to the export's passphrase, ${PASSPHRASE_LETTERS} characters or more: it opens the secrets in the file.`,
    );
  }
  return passphrase;
}

function derive(
  passphrase: string,
  salt: Uint8Array,
  { N, r, p }: { readonly N: number; readonly r: number; readonly p: number },
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFC"), salt, 32, { N, r, p, maxmem: 129 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
