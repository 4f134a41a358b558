/** The work that one decision may still do, in steps of about one character compared. */
export interface Work {
  stepsLeft: number;
}

/**
 * Counts steps.
 *
 * INVARIANT: whatever compares a policy with a request counts its steps, because callers choose
 * both.
 *
 * @throws {RangeError} if the limit is exceeded; `authorize` then denies
 */
export function spend(work: Work, steps: number): void {
  work.stepsLeft -= steps;
  if (work.stepsLeft < 0) throw new RangeError("too many steps");
}
