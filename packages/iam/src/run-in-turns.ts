import { setImmediate } from "node:timers/promises";

/** Runs work that comes in slices to its end. Other requests of the process run between slices. */
export async function runInTurns<T>(work: Generator<unknown, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await setImmediate();
  }
}
