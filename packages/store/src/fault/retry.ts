import { StoreUnavailable } from "./error.ts";

/** The longest duration of a call with all its attempts, and of one attempt. */
export interface Timeouts {
  readonly deadlineMilliseconds: number;
  /** Shorter than the deadline, so that one dead connection does not use it up. */
  readonly attemptMilliseconds: number;
}

/** For authorizers: a gateway waits ten seconds for one. */
export const DECISION_TIMEOUTS: Timeouts = {
  deadlineMilliseconds: 3_000,
  attemptMilliseconds: 1_000,
};
/** For the control API, whose clients wait longer and retry. */
export const CONTROL_TIMEOUTS: Timeouts = {
  deadlineMilliseconds: 8_000,
  attemptMilliseconds: 3_000,
};

const FIRST_PAUSE_MILLISECONDS = 10;
const LONGEST_PAUSE_MILLISECONDS = 500;

/**
 * Runs `attempt` until it succeeds. Retries transient errors after a pause with full jitter.
 * @throws {StoreUnavailable} `deadline` if time runs out; errors that are not transient, unchanged
 */
export async function retryUntilDeadline<T>(
  timeouts: Timeouts,
  isTransient: (error: unknown) => boolean,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + timeouts.deadlineMilliseconds;
  for (let number = 1; ; number++) {
    let failure: unknown;
    try {
      return await withTimeout(
        Math.min(timeouts.attemptMilliseconds, deadline - performance.now()),
        attempt,
      );
    } catch (error) {
      if (!(error instanceof AttemptTimedOut) && !isTransient(error)) throw error;
      failure = error;
    }
    const pause =
      Math.random() *
      Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** (number - 1));
    const inTime = performance.now() + pause < deadline;
    if (inTime) await new Promise((resolve) => setTimeout(resolve, pause));
    // A busy process wakes late, so there may be no time left for an attempt.
    if (!inTime || performance.now() >= deadline) {
      const message = `no answer within ${timeouts.deadlineMilliseconds} ms and ${number} attempts`;
      throw new StoreUnavailable("deadline", message, failure);
    }
  }
}

class AttemptTimedOut extends Error {
  override readonly name = "AttemptTimedOut";
}

/** Rejects at the timeout even if the attempt ignores its abort signal. */
function withTimeout<T>(
  milliseconds: number,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new AttemptTimedOut(`no answer within ${Math.round(milliseconds)} ms`));
      controller.abort();
    }, milliseconds);
    attempt(controller.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
