import type { JWK } from "jose";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { TokenAlgorithm } from "./token-algorithm.ts";

export type { TokenAlgorithm } from "./token-algorithm.ts";

/** The installation's signing keys, newest last. All are published. One of each algorithm signs. */
export interface SigningKeysRecord {
  readonly keys: readonly SigningKey[];
}

/** A key pair that signs tokens. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: TokenAlgorithm;
  /**
   * Epoch seconds. The key is published before, so that verifiers with a cached key set know it in
   * time.
   */
  readonly signsFrom: number;
  readonly publicJwk: JWK;
  readonly secret: /** PKCS#8, sealed under the associated data of `signingKeySeal`. */
    | { readonly kind: "sealed"; readonly sealedKey: string }
    /** The key never leaves its key service. */
    | { readonly kind: "remote"; readonly keyId: string };
}

/**
 * The key of the signing keys. They are the installation's, so the management account stores them.
 */
export const signingKeysKey = (managementAccount: string): RecordKey<SigningKeysRecord> => ({
  account: managementAccount,
  partition: partitionOf("signing-keys"),
  sort: "record",
});

/** The associated data of a sealed signing key. */
export const signingKeySeal = (kid: string): string => `signing-key/${kid}`;
