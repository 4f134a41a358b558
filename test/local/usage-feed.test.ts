import type { DecisionLine } from "@portcullis/authorizer";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { usageFeed } from "../../packages/local/src/usage-feed.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const line = (decisionId: string): DecisionLine => ({
  type: "decision",
  time: "2026-01-01T00:00:00.000Z",
  decisionId,
  outcome: "allowed",
});

/** A feed whose batches take as long as the test wants. */
function slowFeed() {
  const batches: number[] = [];
  const ends: (() => void)[] = [];
  const feed = usageFeed((lines) => {
    batches.push(lines.length);
    return new Promise((end) => ends.push(end));
  });
  return { feed, batches, end: () => ends.shift()?.() };
}

test("what comes during a batch waits for the next interval, together", async () => {
  const { feed, batches, end } = slowFeed();
  feed.log(line("1"));
  await vi.advanceTimersByTimeAsync(500);
  for (const id of ["2", "3", "4"]) feed.log(line(id));
  end();
  await vi.advanceTimersByTimeAsync(499);
  expect(batches).toEqual([1]);
  await vi.advanceTimersByTimeAsync(1);
  expect(batches).toEqual([1, 3]);
});

test("a full batch does not wait", async () => {
  const { feed, batches, end } = slowFeed();
  for (let id = 0; id < 250; id++) feed.log(line(String(id)));
  expect(batches).toEqual([250]);
  for (let id = 0; id < 251; id++) feed.log(line(String(id)));
  end();
  await vi.advanceTimersByTimeAsync(0);
  expect(batches).toEqual([250, 250]);
  end();
  await vi.advanceTimersByTimeAsync(500);
  expect(batches).toEqual([250, 250, 1]);
});

test("closing passes on everything, also what comes meanwhile", async () => {
  const { feed, batches, end } = slowFeed();
  feed.log(line("1"));
  const closed = feed.close();
  feed.log(line("2"));
  end();
  await vi.advanceTimersByTimeAsync(0);
  end();
  await closed;
  expect(batches).toEqual([1, 1]);
  expect(vi.getTimerCount()).toBe(0);
});
