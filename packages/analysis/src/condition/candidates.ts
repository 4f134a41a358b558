/**
 * Values of a key that between them meet each combination of some predicates which any value meets.
 */
export interface Candidates {
  readonly values: readonly string[];
  /** Undecided combinations may be missing: nothing follows from what no candidate meets. */
  readonly complete: boolean;
}
