import { StoreUnavailable } from "@portcullis/iam/store-error";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  cancellationReasons,
  isThrottling,
  isTransient,
  refused,
  refusedUnless,
} from "../../packages/store/src/fault/fault.ts";
import { retryUntilDeadline } from "../../packages/store/src/fault/retry.ts";

/** When a call is tried again, and when it is given up. The clock is the test's. */
const busy = new Error("busy");

describe("a call that fails", () => {
  const pauses: number[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    vi.spyOn(Math, "random").mockReturnValue(1);
    pauses.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Attempts at the times that they began, until the call ends. */
  async function run(
    attempt: (number: number, signal: AbortSignal) => Promise<string>,
    timeouts = { deadlineMilliseconds: 3_000, attemptMilliseconds: 1_000 },
    transient: (error: unknown) => boolean = (error) => error === busy,
  ) {
    const began = performance.now();
    const attempts: number[] = [];
    const outcome = retryUntilDeadline(timeouts, transient, (signal) => {
      attempts.push(Math.round(performance.now() - began));
      return attempt(attempts.length, signal);
    })
      .then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      )
      .finally(() => {
        endedAt = Math.round(performance.now() - began);
      });
    let endedAt = 0;
    await vi.advanceTimersByTimeAsync(20_000);
    return { attempts, ended: await outcome, endedAt };
  }

  it("is tried once where it succeeds, and leaves no timer", async () => {
    expect(await run(async () => "done")).toEqual({
      attempts: [0],
      ended: { value: "done" },
      endedAt: 0,
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is tried again after pauses that double up to half a second", async () => {
    const { attempts, ended } = await run(async (number) => {
      if (number < 9) throw busy;
      return "done";
    });
    expect(ended).toEqual({ value: "done" });
    expect(attempts).toEqual([0, 10, 30, 70, 150, 310, 630, 1_130, 1_630]);
  });

  it("pauses by chance, from not at all on", async () => {
    vi.mocked(Math.random).mockReturnValue(0.5);
    const failing = async (number: number) => {
      if (number < 4) throw busy;
      return "done";
    };
    expect((await run(failing)).attempts).toEqual([0, 5, 15, 35]);
    vi.mocked(Math.random).mockReturnValue(0);
    const { attempts } = await run(failing);
    expect(attempts).toHaveLength(4);
    // A timer of 0 ms is one of 1 ms.
    expect(attempts.at(-1)).toBeLessThanOrEqual(3);
  });

  it("is not tried again after an error that is not transient", async () => {
    const hopeless = new Error("denied");
    const { attempts, ended } = await run(async (number) => {
      throw number === 1 ? busy : hopeless;
    });
    expect([attempts.length, ended]).toEqual([2, { error: hopeless }]);
  });

  it("is given up where the next pause would end at the deadline or after it", async () => {
    const timeouts = { deadlineMilliseconds: 70, attemptMilliseconds: 50 };
    const { attempts, ended, endedAt } = await run(async () => {
      throw busy;
    }, timeouts);
    expect(attempts).toEqual([0, 10, 30]);
    expect(endedAt).toBe(30);
    expect(ended).toEqual({
      error: expect.objectContaining({
        name: "StoreUnavailable",
        reason: "deadline",
        message: "no answer within 70 ms and 3 attempts",
        cause: busy,
      }),
    });
    const longer = { deadlineMilliseconds: 71, attemptMilliseconds: 50 };
    expect((await run(() => Promise.reject(busy), longer)).attempts).toEqual([0, 10, 30, 70]);
  });

  it("has an attempt that does not answer ended at its time, and is tried again", async () => {
    const signals: AbortSignal[] = [];
    const { attempts, ended } = await run(async (number, signal) => {
      signals.push(signal);
      if (number === 1) return new Promise<string>(() => {});
      return "done";
    });
    expect([attempts, ended]).toEqual([[0, 1_010], { value: "done" }]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it("has its last attempt ended at the deadline", async () => {
    const timeouts = { deadlineMilliseconds: 2_500, attemptMilliseconds: 1_000 };
    const ends: number[] = [];
    const began = performance.now();
    const { attempts, ended } = await run(async (_, signal) => {
      signal.addEventListener("abort", () => ends.push(Math.round(performance.now() - began)));
      return new Promise<string>(() => {});
    }, timeouts);
    expect(attempts).toEqual([0, 1_010, 2_030]);
    expect(ends).toEqual([1_000, 2_010, 2_500]);
    expect(ended).toMatchObject({
      error: {
        reason: "deadline",
        message: "no answer within 2500 ms and 3 attempts",
        cause: { name: "AttemptTimedOut", message: "no answer within 470 ms" },
      },
    });
  });
});

describe("an error", () => {
  const named = (name: string, more: object = {}) => Object.assign(new Error("x"), { name }, more);
  const status = (httpStatusCode: unknown) => named("Unknown", { $metadata: { httpStatusCode } });

  it.each([
    ...[
      "ProvisionedThroughputExceededException",
      "ProvisionedThroughputExceeded",
      "ThrottlingException",
      "ThrottlingError",
      "Throttling",
      "RequestLimitExceeded",
      "LimitExceededException",
      "InternalServerError",
      "InternalServerException",
      "ServiceUnavailable",
      "ServiceUnavailableException",
      "TransactionInProgressException",
      "ItemCollectionInUseException",
      "TimeoutError",
      "KMSInternalException",
      "DependencyTimeoutException",
    ].map((name) => [name, named(name)] as const),
    ...[
      "ECONNRESET",
      "ECONNREFUSED",
      "ECONNABORTED",
      "EPIPE",
      "ETIMEDOUT",
      "EAI_AGAIN",
      "ENETUNREACH",
      "EHOSTUNREACH",
      "ERR_STREAM_PREMATURE_CLOSE",
    ].map((code) => [code, named("Error", { code })] as const),
    ["status 500", status(500)],
    ["status 503", status(503)],
  ] as [string, unknown][])("may be gone at the next attempt: %s", (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each([
    ["one of the caller", named("ValidationException")],
    ["status 499", status(499)],
    ["a status that is no number", status("500")],
    ["no status", named("Unknown", { $metadata: {} })],
    ["metadata that is null", named("Unknown", { $metadata: null })],
    ["metadata that is a text", named("Unknown", { $metadata: "500" })],
    ["another code", named("Error", { code: "ENOENT" })],
    ["a code that is no text", named("Error", { code: 104 })],
    ["a name of every object", named("constructor")],
    ["no error", { name: "ThrottlingException" }],
    ["nothing", undefined],
  ])("stays at the next attempt: %s", (_, error) => {
    expect(isTransient(error)).toBe(false);
  });

  it("of a cancelled transaction has a reason for each item", () => {
    const reasons = [{ Code: "None" }];
    const name = "TransactionCanceledException";
    expect(cancellationReasons(named(name, { CancellationReasons: reasons }))).toBe(reasons);
    for (const other of [
      named(name),
      named(name, { CancellationReasons: "None" }),
      named("Other", { CancellationReasons: reasons }),
      { name, CancellationReasons: reasons },
    ])
      expect(cancellationReasons(other)).toEqual([]);
    expect(
      ["ThrottlingError", "ProvisionedThroughputExceeded", "None", undefined].map(isThrottling),
    ).toEqual([true, true, false, false]);
  });

  it("that is no answer to be repeated tells what was wrong", () => {
    expect(refused(new SyntaxError("JSON"))).toMatchObject({
      name: "StoreUnavailable",
      reason: "malformed",
      message: "SyntaxError: JSON",
    });
    expect(refused(new TypeError("undefined"))).toMatchObject({ reason: "malformed" });
    expect(refused(named("AccessDenied"))).toMatchObject({
      reason: "refused",
      message: "AccessDenied: x",
    });
    expect(refused("text")).toMatchObject({ reason: "refused", message: "text", cause: "text" });
    const own = new StoreUnavailable("deadline", "late");
    expect(refused(own)).toBe(own);
  });

  it("is rethrown as it is where it may be repeated", () => {
    const rethrow = refusedUnless((error) => error === busy);
    expect(() => rethrow(busy)).toThrow(busy);
    expect(() => rethrow(named("Denied"))).toThrow(
      expect.objectContaining({ name: "StoreUnavailable", reason: "refused" }),
    );
  });
});
