import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Key, Stored } from "@portcullis/iam/store";
import { LIMITS, StoreUnavailable, TooLarge } from "../fault/error.ts";

export type Item = Record<string, AttributeValue>;

/** Attribute names, short because DynamoDB charges for them. None is a reserved word. */
export const ATTRIBUTE = {
  /** `<account>#<partition>`: a role can be confined to one account by `dynamodb:LeadingKeys`. */
  partition: "pk",
  sort: "sk",
  /** The record's data as JSON. */
  data: "d",
  version: "v",
  /** Epoch seconds from which the record reads as absent. The table's TTL attribute. */
  expires: "t",
  /** Each counter is a number attribute, `c:<counter>`. */
  counterPrefix: "c:",
} as const;

/** Sorts after every other character. No sort key may contain it: it ends ranges. */
export const LAST_CHARACTER = "\u{10ffff}";

/**
 * A key as DynamoDB has it.
 * @throws {TooLarge} @throws {TypeError} if a part is empty or the account could be ambiguous
 */
export function keyItem(key: Key): { pk: { S: string }; sk: { S: string } } {
  if (key.account === "" || key.partition === "" || key.sort === "")
    throw new TypeError("a key has no empty part");
  if (key.account.includes("#")) throw new TypeError(`the account \`${key.account}\` holds a #`);
  if (key.sort.includes(LAST_CHARACTER)) throw new TypeError("a sort holds U+10FFFF");
  const partition = partitionValue(key);
  if (
    Buffer.byteLength(partition) > LIMITS.partitionKey ||
    Buffer.byteLength(key.sort) > LIMITS.sortKey
  ) {
    throw new TooLarge(
      "key",
      `the key ${partition.slice(0, 100)}... is longer than DynamoDB takes`,
      key,
    );
  }
  return { pk: { S: partition }, sk: { S: key.sort } };
}

/** The value of the partition key attribute. */
export function partitionValue(key: {
  readonly account: string;
  readonly partition: string;
}): string {
  return `${key.account}#${key.partition}`;
}

/** An identifier of an item's key, for maps. */
export function nameOf(item: Item): string {
  return `${item[ATTRIBUTE.partition]?.S}\n${item[ATTRIBUTE.sort]?.S}`;
}

/**
 * The record of an item. Undefined if it has expired or has only counters.
 * @throws {StoreUnavailable} `malformed` if this store did not write it
 */
export function recordOf(item: Item, key: Key, nowSeconds: number): Stored | undefined {
  const {
    [ATTRIBUTE.data]: data,
    [ATTRIBUTE.version]: version,
    [ATTRIBUTE.expires]: expires,
  } = item;
  if (data === undefined && version === undefined) return undefined;
  if (expires !== undefined && numberOf(expires, key) <= nowSeconds) return undefined;
  if (data?.S === undefined || version === undefined) throw malformed(key);
  return { key, version: numberOf(version, key), data: parse(data.S, key) };
}

/** The counters of an item. @throws {StoreUnavailable} `malformed` if one is not a number */
export function countersOf(item: Item, key: Key): Record<string, number> {
  return Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => name.startsWith(ATTRIBUTE.counterPrefix))
      .map(([name, value]) => [name.slice(ATTRIBUTE.counterPrefix.length), numberOf(value, key)]),
  );
}

function numberOf(value: AttributeValue, key: Key): number {
  const number = value.N === undefined ? Number.NaN : Number(value.N);
  if (!Number.isFinite(number)) throw malformed(key);
  return number;
}

function parse(json: string, key: Key): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw malformed(key, error);
  }
}

function malformed(key: Key, cause?: unknown): StoreUnavailable {
  return new StoreUnavailable(
    "malformed",
    `the item at ${partitionValue(key)} ${key.sort} is not one of ours`,
    cause,
  );
}
