/** Between slices of work. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

/** Runs work that comes in slices to its end, without a pause. Throws what the work throws. */
export function runToEnd<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
