export { StoreUnavailable, TooLarge, type UnavailableReason } from "@portcullis/iam/store-error";

/** DynamoDB's limits, in bytes unless the name differs (Developer Guide, ServiceQuotas). */
export const LIMITS = {
  partitionKey: 2048,
  sortKey: 1024,
  item: 400 * 1024,
  transaction: 4 * 1024 * 1024,
  transactionWrites: 100,
  readKeys: 100,
} as const;
