export { CLAIM_KEY, claimTable } from "./claim.ts";
export { LIMITS, StoreUnavailable, TooLarge, type UnavailableReason } from "./error.ts";
export { guardTransactions } from "./guard-transactions.ts";
export {
  type KeyRing,
  type KeyRingOptions,
  type KeyRingRecord,
  keyRingKey,
  loadKeyRing,
  memoryKeyRing,
  type WrappedKey,
} from "./key-ring.ts";
export { createKeyRingIfAbsent, type KeyRingKeeping, rotateKeyRing } from "./key-ring-keeping.ts";
export { type KeyUnwrapper, type KeyWrapper, memoryKeyWrapper } from "./key-wrapper.ts";
export { fileKeyWrapper } from "./key-wrapper-file.ts";
export { kmsKeyWrapper } from "./key-wrapper-kms.ts";
export { environmentCredentials } from "./slim-endpoint.ts";
export { slimStoreReads } from "./slim-store-reads.ts";
export { type DynamoStoreOptions, dynamoStore } from "./store.ts";
export { createTable, TABLE } from "./table.ts";
