import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Key } from "@portcullis/iam/store";
import { dynamoStore } from "@portcullis/store";
import {
  type AccountItem,
  accountPages,
  deleteAccountItems,
  putAccountItems,
  type ScanPosition,
} from "@portcullis/store/account-items";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestTable, testTable } from "../support/engine.ts";

const MINE = "111111111111";
const OTHER = "222222222222";
const key = (account: string, partition: string, sort = "record"): Key => ({
  account,
  partition,
  sort,
});

describe("the items of an account", () => {
  let table: TestTable;
  let items: { client: DynamoDBClient; tableName: string };
  beforeAll(async () => {
    table = await testTable();
    items = { client: table.client(), tableName: table.tableName };
  });
  afterAll(() => table.stop());

  const read = async (account: string, after?: ScanPosition) => {
    const found: AccountItem[] = [];
    for await (const page of accountPages(items, account, after)) found.push(...page.items);
    return found.sort((one, other) =>
      JSON.stringify(one.key).localeCompare(JSON.stringify(other.key)),
    );
  };

  test("are its records and counters, expired ones too, and no other account's", async () => {
    const store = dynamoStore(items);
    await store.transact([
      { kind: "put", key: key(MINE, "user/ana"), data: { name: "ana" }, expect: "absent" },
      { kind: "put", key: key(MINE, "job/1"), data: {}, expect: "absent", expiresAt: 1 },
      { kind: "count", key: key(MINE, "account-counts", "users"), counter: "count", by: 3 },
      // The partition of another account may begin as ours does: only the account is compared.
      { kind: "put", key: key(OTHER, `${MINE}#user/ana`), data: { name: "no" }, expect: "absent" },
    ]);
    expect(await read(MINE)).toEqual([
      { key: key(MINE, "account-counts", "users"), counters: { count: 3 } },
      { key: key(MINE, "job/1"), record: { data: {}, version: expect.any(Number), expiresAt: 1 } },
      {
        key: key(MINE, "user/ana"),
        record: { data: { name: "ana" }, version: expect.any(Number) },
      },
    ]);
    expect(await read("111111111")).toEqual([]);
  });

  test("are put back as they were, under versions later than any before, and deleted", async () => {
    const store = dynamoStore(items);
    const before = await read(MINE);
    const [stored] = await store.get([key(MINE, "user/ana")]);
    await putAccountItems(items, before);
    const [again] = await store.get([key(MINE, "user/ana")]);
    expect(again?.data).toEqual(stored?.data);
    expect(again?.version).toBeGreaterThan(stored?.version ?? Number.POSITIVE_INFINITY);
    expect(await store.counters(key(MINE, "account-counts", "users"))).toEqual({ count: 3 });
    await expect(
      store.transact([
        { kind: "put", key: key(MINE, "user/ana"), data: {}, expect: stored?.version ?? "absent" },
      ]),
    ).rejects.toMatchObject({ name: "Conflict" });
    await deleteAccountItems(
      items,
      before.map((item) => item.key),
    );
    expect(await read(MINE)).toEqual([]);
    expect(await read(OTHER)).toHaveLength(1);
  });

  test("come by pages of the whole table, and reading goes on from any of them", async () => {
    const many = Array.from({ length: 80 }, (_, index) => ({
      key: key(index % 2 === 0 ? MINE : OTHER, `big/${index}`),
      record: { data: "x".repeat(60_000) },
    }));
    await putAccountItems(items, many);
    const positions: ScanPosition[] = [];
    const counts: number[] = [];
    for await (const { items: found, next } of accountPages(items, MINE)) {
      counts.push(found.length);
      if (next) positions.push(next);
    }
    expect(positions.length).toBeGreaterThan(2);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(total).toBe(40);
    expect(await read(MINE, positions[0])).toHaveLength(total - (counts[0] ?? 0));
  });

  test("are written until none is left unprocessed", async () => {
    const mock = mockClient(DynamoDBClient);
    try {
      const PutRequest = { Item: { pk: { S: `${MINE}#a` }, sk: { S: "record" } } };
      mock
        .onAnyCommand()
        .resolvesOnce({ UnprocessedItems: { [table.tableName]: [{ PutRequest }] } })
        .rejectsOnce(Object.assign(new Error("slow down"), { name: "ThrottlingException" }))
        .resolves({});
      await putAccountItems(items, [{ key: key(MINE, "a"), record: { data: 1 } }]);
      expect(mock.calls()).toHaveLength(3);
      expect(mock.call(2).args[0].input).toEqual({
        RequestItems: { [table.tableName]: [{ PutRequest }] },
      });
    } finally {
      mock.restore();
    }
  });

  test("are never taken from a scan that returns another account's", async () => {
    const mock = mockClient(DynamoDBClient);
    try {
      mock
        .on(ScanCommand)
        .resolves({ Items: [{ pk: { S: `${OTHER}#user/ana` }, sk: { S: "record" } }] });
      await expect(read(MINE)).rejects.toMatchObject({
        name: "StoreUnavailable",
        reason: "malformed",
      });
    } finally {
      mock.restore();
    }
  });
});
