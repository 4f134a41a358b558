import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Expectation, Write } from "@portcullis/iam/store";
import { LIMITS, TooLarge } from "../fault/error.ts";
import { ATTRIBUTE, type Item, keyItem } from "../item/item.ts";

/** What all writes of one transaction share. */
export interface WriteContext {
  readonly tableName: string;
  readonly nowSeconds: number;
  /** The version of records made by it. */
  readonly firstVersion: number;
}

interface Condition {
  readonly expression?: string;
  readonly values: Item;
}

/** A write as DynamoDB takes it, and about how many bytes it stores. @throws {TooLarge} */
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
        expression === undefined ? {} : { ConditionExpression: expression, ...given(values) };
      return { item: { Delete: { TableName, Key, ...condition } }, bytes: keyBytes };
    }
    case "check": {
      const { expression, values } = conditionOf(write.expect, context);
      return {
        item: {
          ConditionCheck: { TableName, Key, ConditionExpression: expression, ...given(values) },
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
 * An Update, so that it keeps what it doesn't name and the version can grow from what it is; only a new record is a
 * Put, which leaves nothing of an expired one.
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
    return { Put: { TableName, Item, ConditionExpression: expression, ...given(values) } };
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
      ...given({ ":data": { S: data }, ...newVersion, ...newExpiry, ...values }),
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
  // A counter that is not there yet is 0: whether that is low enough is known here.
  const lowEnough =
    atMost !== undefined && by > atMost
      ? "#c <= :most"
      : "(attribute_not_exists(#c) OR #c <= :most)";
  return {
    Update: {
      TableName,
      Key,
      UpdateExpression: "SET #c = if_not_exists(#c, :zero) + :by",
      ...(atMost === undefined ? {} : { ConditionExpression: lowEnough }),
      ExpressionAttributeNames: { "#c": ATTRIBUTE.counterPrefix + counter },
      ExpressionAttributeValues: { ":zero": { N: "0" }, ":by": { N: String(by) }, ...most },
    },
  };
}

/** An expired record counts as absent, although DynamoDB deletes it only days later. */
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
function given(values: Item): { ExpressionAttributeValues?: Item } {
  return Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {};
}
