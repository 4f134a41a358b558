import type { JWK } from "jose";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

/** What tokens of ours are signed with (STS API, GetWebIdentityToken). */
export const TOKEN_ALGORITHMS = ["ES384", "RS256"] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** The installation's signing keys, newest last. All are published; of each algorithm one signs. */
export interface SigningKeysRecord {
  readonly keys: readonly SigningKey[];
}

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: TokenAlgorithm;
  /** Epoch seconds. Published before, so that whoever keeps our keys knows it in time. */
  readonly signsFrom: number;
  readonly publicJwk: JWK;
  readonly secret: /** PKCS#8, sealed, bound to `signingKeySeal(kid)`. */
    | { readonly kind: "sealed"; readonly sealedKey: string }
    /** In a key service, which never gives it away. */
    | { readonly kind: "remote"; readonly keyId: string };
}

/** They belong to the installation, hence to its management account. */
export const signingKeysKey = (managementAccount: string): RecordKey<SigningKeysRecord> => ({
  account: managementAccount,
  partition: partitionOf("signing-keys"),
  sort: "record",
});

export const signingKeySeal = (kid: string): string => `signing-key/${kid}`;
