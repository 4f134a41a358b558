import type { DecisionLine } from "@portcullis/authorizer";
import { usageRecorder } from "@portcullis/functions";
import { dayOf } from "@portcullis/iam/day";
import { createWriteBudget } from "@portcullis/iam/decision/write-budget";
import { droppedKey } from "@portcullis/iam/record/decision";
import type { Store } from "@portcullis/iam/store";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import { dynamoStore } from "@portcullis/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { usageFeed } from "../../packages/local/src/usage-feed.ts";
import { type TestTable, testTable } from "../support/engine.ts";

const ACCOUNT = "111122223333";
const NEIGHBOUR = "444455556666";

describe("a flood of denials", () => {
  let table: TestTable;
  let store: Store;
  let writes = 0;
  beforeAll(async () => {
    table = await testTable();
    const real = dynamoStore({ client: table.client(), tableName: table.tableName });
    store = {
      ...real,
      async transact(all) {
        writes += all.length;
        await real.transact(all);
      },
    };
  });
  afterAll(() => table.stop());

  const denial = (account: string, index: number): DecisionLine => {
    const now = new Date();
    return {
      type: "decision",
      time: now.toISOString(),
      decisionId: timeOrderedId(now),
      requestId: `request-${account}-${index}`,
      outcome: "implicitDeny",
      principal: `arn:aws:iam::${account}:user/ana`,
      userId: "AIDAANA",
      account,
      action: "orders:GetOrder",
      resource: `arn:aws:orders:us-east-1:${account}:order/${index}`,
      region: "us-east-1",
    };
  };
  const recordedOf = async (account: string) => {
    const partition = `decisions/${dayOf(Date.now())}`;
    const { records } = await store.query({ account, partition, limit: 10_000 });
    return records.length;
  };
  const droppedOf = async (account: string) => {
    const [found] = await store.get([droppedKey(account, dayOf(Date.now()))]);
    return found?.data.decisions ?? 0;
  };

  test("of 1,000 a second costs bounded writes, and each that is dropped is counted", async () => {
    const budget = createWriteBudget({ perSecond: 20, burst: 100 });
    const feed = usageFeed(usageRecorder(() => store, { budget }));
    const seconds = 3;
    const started = performance.now();
    let sent = 0;
    for (let tick = 1; tick <= seconds * 20; tick++) {
      for (let one = 0; one < 50; one++) feed.log(denial(ACCOUNT, sent++));
      if (tick % 20 === 0) feed.log(denial(NEIGHBOUR, tick));
      const wait = tick * 50 - (performance.now() - started);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    await feed.close();
    const elapsedSeconds = (performance.now() - started) / 1000;
    const recorded = await recordedOf(ACCOUNT);
    expect(recorded).toBeGreaterThanOrEqual(100);
    expect(recorded).toBeLessThanOrEqual(101 + elapsedSeconds * 20);
    expect(recorded + (await droppedOf(ACCOUNT))).toBe(sent);
    expect(await recordedOf(NEIGHBOUR)).toBe(seconds);
    expect(await droppedOf(NEIGHBOUR)).toBe(0);
    // Two for each record; sums, and the dates of uses, for each batch.
    expect(writes).toBeLessThan(recorded * 2 + (sent / 100) * 12 + 50);
  }, 60_000);

  test("with one that is too large loses that one only, and counts it", async () => {
    const feed = usageFeed(usageRecorder(() => store));
    const before = [await recordedOf(ACCOUNT), await droppedOf(ACCOUNT)] as const;
    const ofNeighbour = await recordedOf(NEIGHBOUR);
    feed.log(denial(ACCOUNT, 0));
    feed.log({ ...denial(ACCOUNT, 1), api: "x".repeat(500_000) });
    for (let index = 0; index < 5; index++) feed.log(denial(NEIGHBOUR, index));
    await feed.close();
    expect(await recordedOf(ACCOUNT)).toBe(before[0] + 1);
    expect(await droppedOf(ACCOUNT)).toBe(before[1] + 1);
    expect(await recordedOf(NEIGHBOUR)).toBe(ofNeighbour + 5);
    expect(await droppedOf(NEIGHBOUR)).toBe(0);
  });

  test("that the queue has no room for is counted too", async () => {
    const before = (await droppedOf(ACCOUNT)) + (await recordedOf(ACCOUNT));
    let release = (): void => {};
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const record = usageRecorder(() => store, {
      budget: createWriteBudget({ perSecond: 0, burst: 0 }),
    });
    const feed = usageFeed(async (lines) => {
      await blocked;
      await record(lines);
    });
    const sent = 10_500;
    for (let index = 0; index < sent; index++) feed.log(denial(ACCOUNT, index));
    release();
    await feed.close();
    expect((await droppedOf(ACCOUNT)) + (await recordedOf(ACCOUNT)) - before).toBe(sent);
  }, 60_000);
});
