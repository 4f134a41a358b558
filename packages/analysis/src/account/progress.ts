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

/** Visits items, with a pause before each slice of so many. */
export function* inSlices<T>(
  phase: string,
  items: readonly T[],
  size: number,
  visit: (item: T) => void,
): Generator<Progress, void> {
  const total = items.length;
  for (const [done, item] of items.entries()) {
    if (done % size === 0) yield { phase, done, total };
    visit(item);
  }
}
