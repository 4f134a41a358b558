import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Expectation, Write } from "@portcullis/iam/store";
import { LIMITS, TooLarge } from "../fault/error.ts";
import { ATTRIBUTE, type Item, keyItem } from "../item/item.ts";

/** The values that all writes of a transaction share. */
export interface WriteContext {
  readonly tableName: string;
  readonly nowSeconds: number;
  /** The version of the records that it creates. */
  readonly firstVersion: number;
}

interface Condition {
  readonly expression?: string;
  readonly values: Item;
}

/** A write as an item of TransactWriteItems, and its approximate size. @throws {TooLarge} */
export function encodeWrite(
  write: Write,
  context: WriteContext,
): { readonly item: TransactWriteItem; readonly bytes: number } {
  const { tableName: TableName } = context;
  const Key = keyItem(write.key);
  const keyBytes = 4 + Buffer.byteLength(Key.pk.S) + Buffer.byteLength(Key.sk.S);
  switch (write.kind) {
    case "put": {
      const data = JSON.stringify(write.data);
      if (data === undefined)
        throw new TypeError("a record's data must be something that JSON can say");
      const bytes = keyBytes + 1 + Buffer.byteLength(data) + 24;
      if (bytes > LIMITS.item) {
        throw new TooLarge(
          "record",
          `the record ${Key.pk.S} ${Key.sk.S} has ${bytes} bytes: DynamoDB takes ${LIMITS.item}`,
          write.key,
        );
      }
      return { item: encodePut(write, data, Key, context), bytes };
    }
    case "delete": {
      const { expression, values } = conditionOf(write.expect, context);
      const condition =
        expression === undefined ? {} : { ConditionExpression: expression, ...valuesOf(values) };
      return { item: { Delete: { TableName, Key, ...condition } }, bytes: keyBytes };
    }
    case "check": {
      const { expression, values } = conditionOf(write.expect, context);
      return {
        item: {
          ConditionCheck: { TableName, Key, ConditionExpression: expression, ...valuesOf(values) },
        },
        bytes: keyBytes,
      };
    }
    case "count":
      return { item: encodeCount(write, Key, TableName), bytes: keyBytes + 24 };
    case "deleteCounter": {
      const names = write.counters.map((counter, index) => [
        `#c${index}`,
        ATTRIBUTE.counterPrefix + counter,
      ]);
      const allZero = names
        .map(([name]) => `(attribute_not_exists(${name}) OR ${name} = :zero)`)
        .join(" AND ");
      const condition = names.length > 0 && {
        ConditionExpression: allZero,
        ExpressionAttributeNames: Object.fromEntries(names),
        ExpressionAttributeValues: { ":zero": { N: "0" } },
      };
      return { item: { Delete: { TableName, Key, ...condition } }, bytes: keyBytes };
    }
  }
}

/**
 * An Update for an existing record, so that the version grows from its current value. A Put for a
 * new one, so that nothing of an expired one remains.
 */
function encodePut(
  write: Write & { kind: "put" },
  data: string,
  Key: ReturnType<typeof keyItem>,
  context: WriteContext,
): TransactWriteItem {
  const { tableName: TableName, firstVersion } = context;
  const { expression, values } = conditionOf(write.expect, context);
  const expires: Item =
    write.expiresAt === undefined ? {} : { [ATTRIBUTE.expires]: { N: String(write.expiresAt) } };
  if (write.expect === "absent") {
    const Item = {
      ...Key,
      [ATTRIBUTE.data]: { S: data },
      [ATTRIBUTE.version]: { N: String(firstVersion) },
      ...expires,
    };
    return { Put: { TableName, Item, ConditionExpression: expression, ...valuesOf(values) } };
  }
  const newVersion = { ":before": { N: String(firstVersion - 1) }, ":one": { N: "1" } };
  const newExpiry: Item =
    write.expiresAt === undefined ? {} : { ":expires": { N: String(write.expiresAt) } };
  return {
    Update: {
      TableName,
      Key,
      UpdateExpression: `SET d = :data, v = if_not_exists(v, :before) + :one${write.expiresAt === undefined ? " REMOVE t" : ", t = :expires"}`,
      ...(expression === undefined ? {} : { ConditionExpression: expression }),
      ...valuesOf({ ":data": { S: data }, ...newVersion, ...newExpiry, ...values }),
    },
  };
}

function encodeCount(
  write: Write & { kind: "count" },
  Key: ReturnType<typeof keyItem>,
  TableName: string,
): TransactWriteItem {
  const { counter, by, atMost } = write;
  if (!Number.isSafeInteger(by)) throw new TypeError(`a count by ${by}`);
  const most = atMost === undefined ? {} : { ":most": { N: String(atMost - by) } };
  // An absent counter is 0, which is compared here.
  const condition =
    atMost !== undefined && by > atMost
      ? "#c <= :most"
      : "(attribute_not_exists(#c) OR #c <= :most)";
  return {
    Update: {
      TableName,
      Key,
      UpdateExpression: "SET #c = if_not_exists(#c, :zero) + :by",
      ...(atMost === undefined ? {} : { ConditionExpression: condition }),
      ExpressionAttributeNames: { "#c": ATTRIBUTE.counterPrefix + counter },
      ExpressionAttributeValues: { ":zero": { N: "0" }, ":by": { N: String(by) }, ...most },
    },
  };
}

/**
 * The condition of an expectation. An expired record is absent, though DynamoDB deletes it later.
 */
function conditionOf(expect: Expectation, { nowSeconds }: WriteContext): Condition {
  if (expect === "any") return { values: {} };
  const values = { ":now": { N: String(nowSeconds) } };
  const live = "(attribute_not_exists(t) OR t > :now)";
  if (expect === "absent") return { expression: "attribute_not_exists(pk) OR t <= :now", values };
  if (expect === "present") return { expression: `attribute_exists(pk) AND ${live}`, values };
  return {
    expression: `v = :version AND ${live}`,
    values: { ...values, ":version": { N: String(expect) } },
  };
}

// DynamoDB refuses an empty map.
function valuesOf(values: Item): { ExpressionAttributeValues?: Item } {
  return Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {};
}
