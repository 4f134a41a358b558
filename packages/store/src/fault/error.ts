export { StoreUnavailable, TooLarge, type UnavailableReason } from "@portcullis/iam/store-error";

/** DynamoDB's limits, in bytes unless the name differs (Developer Guide, ServiceQuotas). */
export const LIMITS = {
  partitionKey: 2048,
  sortKey: 1024,
  item: 409_600,
  transaction: 4_194_304,
  transactionWrites: 100,
  readKeys: 100,
} as const;
