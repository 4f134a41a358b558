import { randomBytes } from "node:crypto";
import type { Sealer } from "@portcullis/iam/sealer";
import {
  DATA_KEY_BYTES,
  dataKeySealer,
  extract,
  KEY_ID_BYTES,
} from "../../packages/store/src/keys/data-key-sealer.ts";

/** A key ring of one new key that is never stored. */
export function memoryKeyRing(): Sealer {
  const current = randomBytes(KEY_ID_BYTES).toString("hex");
  const keys = new Map([[current, extract(randomBytes(DATA_KEY_BYTES))]]);
  return dataKeySealer(() => ({ current, keys }));
}
