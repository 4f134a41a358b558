export { type DynamoStoreOptions, dynamoStore } from "./dynamo-store.ts";
export { LIMITS, StoreUnavailable, TooLarge, type UnavailableReason } from "./fault/error.ts";
export {
  type KeyRing,
  type KeyRingOptions,
  type KeyRingRecord,
  keyRingKey,
  loadKeyRing,
  type WrappedKey,
} from "./keys/key-ring.ts";
export { type KeyUnwrapper, type KeyWrapper, memoryKeyWrapper } from "./keys/key-wrapper.ts";
export { fileKeyWrapper } from "./keys/key-wrapper-file.ts";
export { kmsKeyWrapper } from "./keys/key-wrapper-kms.ts";
export {
  createKeyRingIfAbsent,
  type ManageKeyRingOptions,
  rotateKeyRing,
} from "./keys/manage-key-ring.ts";
export { environmentCredentials } from "./slim/slim-endpoint.ts";
export { slimStoreCalls } from "./slim/slim-store-calls.ts";
export { type StoreCalls, type StoreOptions, storeOver } from "./store.ts";
export { CLAIM_KEY, claimTable } from "./table/claim.ts";
export { guardedCalls, guardTransactions } from "./table/guard-transactions.ts";
export { createTable, TABLE } from "./table/table.ts";
