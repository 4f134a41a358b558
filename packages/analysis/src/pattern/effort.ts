/** The remaining budget of a search. One unit is one step of one pattern. It ends at 0. */
export interface Effort {
  left: number;
}

/** Some hundred milliseconds. */
export const DEFAULT_EFFORT = 3_000_000;
