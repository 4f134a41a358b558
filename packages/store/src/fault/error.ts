export { StoreUnavailable, TooLarge, type UnavailableReason } from "@portcullis/iam/store-error";

/** DynamoDB's own limits, in bytes unless the name says otherwise (Developer Guide, ServiceQuotas). */
export const LIMITS = {
  partitionKey: 2048,
  sortKey: 1024,
  item: 400 * 1024,
  transaction: 4 * 1024 * 1024,
  transactionWrites: 100,
  readKeys: 100,
} as const;
