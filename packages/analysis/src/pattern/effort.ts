/**
 * What a search may still spend. One unit is a step of one pattern; it never goes on when none is
 * left.
 */
export interface Effort {
  left: number;
}

/** Some hundred milliseconds. */
export const DEFAULT_EFFORT = 3_000_000;
