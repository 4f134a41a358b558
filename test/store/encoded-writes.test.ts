import type { Expectation, Write } from "@portcullis/iam/store";
import { describe, expect, it } from "vitest";
import { encodeWrite } from "../../packages/store/src/write/encode-write.ts";

/** What a write asks DynamoDB, to the letter: a condition that is missing is a lost update. */
const context = { tableName: "table", nowSeconds: 1_000, firstVersion: 7_000 };
const key = { account: "1", partition: "user/bob", sort: "record" };
const Key = { pk: { S: "1#user/bob" }, sk: { S: "record" } };
const KEY_BYTES = 4 + 10 + 6;
const NOW = { ":now": { N: "1000" } };
const LIVE = "(attribute_not_exists(t) OR t > :now)";
const TableName = "table";
const encode = (write: Write) => encodeWrite(write, context);

describe("a put", () => {
  const put = (expect: Expectation, expiresAt?: number): Write => ({
    kind: "put",
    key,
    data: { a: "é" },
    expect,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  const DATA = '{"a":"é"}';
  const bytes = KEY_BYTES + 1 + 10 + 24;
  const SET = "SET d = :data, v = if_not_exists(v, :before) + :one";
  const values = {
    ":data": { S: DATA },
    ":before": { N: "6999" },
    ":one": { N: "1" },
  };

  it.each([undefined, 2_000])("of a new record replaces all of an expired one (until %s)", (at) => {
    expect(encode(put("absent", at))).toStrictEqual({
      bytes,
      item: {
        Put: {
          TableName,
          Item: {
            ...Key,
            d: { S: DATA },
            v: { N: "7000" },
            ...(at === undefined ? {} : { t: { N: "2000" } }),
          },
          ConditionExpression: "attribute_not_exists(pk) OR t <= :now",
          ExpressionAttributeValues: NOW,
        },
      },
    });
  });

  it.each([
    ["any", undefined, {}],
    ["present", `attribute_exists(pk) AND ${LIVE}`, NOW],
    [41, `v = :version AND ${LIVE}`, { ...NOW, ":version": { N: "41" } }],
  ] as const)(
    "of a record that is expected to be %s moves its version",
    (expected, condition, more) => {
      expect(encode(put(expected))).toStrictEqual({
        bytes,
        item: {
          Update: {
            TableName,
            Key,
            UpdateExpression: `${SET} REMOVE t`,
            ...(condition === undefined ? {} : { ConditionExpression: condition }),
            ExpressionAttributeValues: { ...values, ...more },
          },
        },
      });
      expect(encode(put(expected, 2_000)).item.Update).toMatchObject({
        UpdateExpression: `${SET}, t = :expires`,
        ExpressionAttributeValues: { ...values, ...more, ":expires": { N: "2000" } },
      });
    },
  );

  it("takes as much as an item can hold, and nothing that JSON cannot say", () => {
    const sized = (length: number): Write => ({
      kind: "put",
      key,
      data: "x".repeat(length),
      expect: "any",
    });
    // The quotes are of the data.
    const most = 409_600 - KEY_BYTES - 1 - 24 - 2;
    expect(encode(sized(most)).bytes).toBe(409_600);
    expect(() => encode(sized(most + 1))).toThrow(
      expect.objectContaining({
        name: "TooLarge",
        what: "record",
        key,
        message: "the record 1#user/bob record has 409601 bytes: DynamoDB takes 409600",
      }),
    );
    expect(() => encode({ kind: "put", key, data: undefined, expect: "any" })).toThrow(
      new TypeError("a record's data must be something that JSON can say"),
    );
  });
});

describe("a delete and a check", () => {
  it.each([
    ["absent", "attribute_not_exists(pk) OR t <= :now", NOW],
    ["present", `attribute_exists(pk) AND ${LIVE}`, NOW],
    [41, `v = :version AND ${LIVE}`, { ...NOW, ":version": { N: "41" } }],
  ] as const)("have the condition of what is expected: %s", (expected, condition, values) => {
    const conditional = {
      TableName,
      Key,
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
    };
    expect(encode({ kind: "delete", key, expect: expected } as Write)).toStrictEqual({
      bytes: KEY_BYTES,
      item: { Delete: conditional },
    });
    expect(encode({ kind: "check", key, expect: expected } as Write)).toStrictEqual({
      bytes: KEY_BYTES,
      item: { ConditionCheck: conditional },
    });
  });

  it("need none of a record that may be anything", () => {
    expect(encode({ kind: "delete", key, expect: "any" })).toStrictEqual({
      bytes: KEY_BYTES,
      item: { Delete: { TableName, Key } },
    });
  });
});

describe("a counter", () => {
  const count = (by: number, atMost?: number): Write => ({
    kind: "count",
    key,
    counter: "users",
    by,
    ...(atMost === undefined ? {} : { atMost }),
  });
  const update = (by: string, most: object = {}) => ({
    TableName,
    Key,
    UpdateExpression: "SET #c = if_not_exists(#c, :zero) + :by",
    ExpressionAttributeNames: { "#c": "c:users" },
    ExpressionAttributeValues: { ":zero": { N: "0" }, ":by": { N: by }, ...most },
  });

  it("grows without a limit, or up to one", () => {
    expect(encode(count(-2))).toStrictEqual({
      bytes: KEY_BYTES + 24,
      item: { Update: update("-2") },
    });
    expect(encode(count(2, 5)).item.Update).toStrictEqual({
      ...update("2", { ":most": { N: "3" } }),
      ConditionExpression: "(attribute_not_exists(#c) OR #c <= :most)",
    });
    expect(encode(count(5, 5)).item.Update?.ConditionExpression).toContain("attribute_not_exists");
    // More than the limit at once: not even a counter that is not there has room for it.
    expect(encode(count(6, 5)).item.Update).toStrictEqual({
      ...update("6", { ":most": { N: "-1" } }),
      ConditionExpression: "#c <= :most",
    });
    expect(() => encode(count(0.5))).toThrow(new TypeError("a count by 0.5"));
  });

  it("is deleted only while all of its item's are zero", () => {
    expect(encode({ kind: "deleteCounter", key, counters: ["a", "b"] })).toStrictEqual({
      bytes: KEY_BYTES,
      item: {
        Delete: {
          TableName,
          Key,
          ConditionExpression:
            "(attribute_not_exists(#c0) OR #c0 = :zero) AND (attribute_not_exists(#c1) OR #c1 = :zero)",
          ExpressionAttributeNames: { "#c0": "c:a", "#c1": "c:b" },
          ExpressionAttributeValues: { ":zero": { N: "0" } },
        },
      },
    });
    expect(encode({ kind: "deleteCounter", key, counters: [] }).item).toStrictEqual({
      Delete: { TableName, Key },
    });
  });
});
