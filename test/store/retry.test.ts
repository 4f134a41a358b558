import { afterEach, expect, test, vi } from "vitest";
import { retryUntilDeadline } from "../../packages/store/src/fault/retry.ts";

afterEach(() => vi.restoreAllMocks());

test("a process that wakes too late makes no attempt without time for it", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const delays: (number | undefined)[] = [];
  const real = globalThis.setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((act: () => void, delay?: number) => {
    delays.push(delay);
    return real(act, delay);
  }) as typeof setTimeout);
  let attempts = 0;
  const busy = () => {
    const until = performance.now() + 60;
    while (performance.now() < until);
  };
  const outcome = retryUntilDeadline(
    { deadlineMilliseconds: 40, attemptMilliseconds: 30 },
    () => true,
    async () => {
      attempts++;
      setImmediate(busy);
      throw new Error("busy");
    },
  );
  await expect(outcome).rejects.toMatchObject({
    name: "StoreUnavailable",
    reason: "deadline",
    message: "no answer within 40 ms and 1 attempts",
  });
  expect(attempts).toBe(1);
  expect(delays.every((delay = 0) => delay >= 0)).toBe(true);
});
