import { StoreUnavailable } from "./error.ts";

/** How long a call may take altogether, and how long one attempt at it, in milliseconds. */
export interface Patience {
  readonly deadlineMilliseconds: number;
  /** An attempt without an answer is given up after this, so that one dead connection does not eat the deadline. */
  readonly attemptMilliseconds: number;
}

export const READ_PATIENCE: Patience = { deadlineMilliseconds: 3_000, attemptMilliseconds: 1_000 };
export const WRITE_PATIENCE: Patience = { deadlineMilliseconds: 8_000, attemptMilliseconds: 3_000 };

const FIRST_PAUSE_MILLISECONDS = 10;
const LONGEST_PAUSE_MILLISECONDS = 500;

/**
 * Runs `attempt` until it answers, again (after a pause with full jitter) whenever what it threw `isTransient`.
 * @throws {StoreUnavailable} `deadline` when time ran out; anything not transient as it was thrown
 */
export async function untilDeadline<T>(
  patience: Patience,
  isTransient: (error: unknown) => boolean,
  attempt: (signal: AbortSignal, number: number) => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + patience.deadlineMilliseconds;
  for (let number = 0; ; number++) {
    const left = giveUpAt - performance.now();
    const limit = limited(Math.min(patience.attemptMilliseconds, left));
    let failure: unknown;
    try {
      return await attempt(limit.signal, number);
    } catch (error) {
      if (!limit.signal.aborted && !isTransient(error)) throw error;
      failure = error;
    } finally {
      limit.clear();
    }
    const pause =
      Math.random() * Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** number);
    if (performance.now() + pause >= giveUpAt) {
      throw new StoreUnavailable(
        "deadline",
        `no answer within ${patience.deadlineMilliseconds} ms and ${number + 1} attempts`,
        failure,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function limited(milliseconds: number): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), milliseconds);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
