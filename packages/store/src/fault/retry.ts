import { StoreUnavailable } from "./error.ts";

/** How long a call may take altogether, and how long one attempt at it, in milliseconds. */
export interface Patience {
  readonly deadlineMilliseconds: number;
  /** An attempt without an answer is given up after this, so that one dead connection does not eat the deadline. */
  readonly attemptMilliseconds: number;
}

/** For who decides about a request: a gateway waits ten seconds for its authorizer. */
export const DECISION_PATIENCE: Patience = {
  deadlineMilliseconds: 3_000,
  attemptMilliseconds: 1_000,
};
/** For the control API: its clients wait longer, and repeat what they were refused. */
export const CONTROL_PATIENCE: Patience = {
  deadlineMilliseconds: 8_000,
  attemptMilliseconds: 3_000,
};

const FIRST_PAUSE_MILLISECONDS = 10;
const LONGEST_PAUSE_MILLISECONDS = 500;

/**
 * Runs `attempt` until it answers, again (after a pause with full jitter) whenever what it threw `isTransient`.
 * @throws {StoreUnavailable} `deadline` when time ran out; anything not transient as it was thrown
 */
export async function untilDeadline<T>(
  patience: Patience,
  isTransient: (error: unknown) => boolean,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + patience.deadlineMilliseconds;
  for (let number = 1; ; number++) {
    let failure: unknown;
    try {
      return await within(
        Math.min(patience.attemptMilliseconds, giveUpAt - performance.now()),
        attempt,
      );
    } catch (error) {
      if (!(error instanceof AttemptTimedOut) && !isTransient(error)) throw error;
      failure = error;
    }
    const pause =
      Math.random() *
      Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** (number - 1));
    const inTime = performance.now() + pause < giveUpAt;
    if (inTime) await new Promise((resolve) => setTimeout(resolve, pause));
    // A busy process wakes later than it asked to: there may be no time left for an attempt.
    if (!inTime || performance.now() >= giveUpAt) {
      const message = `no answer within ${patience.deadlineMilliseconds} ms and ${number} attempts`;
      throw new StoreUnavailable("deadline", message, failure);
    }
  }
}

class AttemptTimedOut extends Error {
  override readonly name = "AttemptTimedOut";
}

/** The signal asks the attempt to end; that it is not waited for any longer does not depend on whether it does. */
function within<T>(milliseconds: number, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
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
