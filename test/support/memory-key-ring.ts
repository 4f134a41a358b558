import { randomBytes } from "node:crypto";
import type { Sealer } from "@portcullis/iam/sealer";
import {
  DATA_KEY_BYTES,
  dataKeySealer,
  extract,
  KEY_ID_BYTES,
} from "../../packages/store/src/keys/data-key-sealer.ts";

/** A key ring of one new key in memory. */
export function memoryKeyRing(): Sealer {
  const current = randomBytes(KEY_ID_BYTES).toString("hex");
  const dataKeys = { current, keys: new Map([[current, extract(randomBytes(DATA_KEY_BYTES))]]) };
  return dataKeySealer(() => dataKeys);
}
