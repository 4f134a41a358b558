/** How much of an analysis one call makes. */
export interface AnalysisLimits {
  /** A call works for as long, and then ends the page that it has begun. Functions have 25 seconds. */
  readonly milliseconds: number;
  /** Users or roles that are read at once. What they need is in memory together. */
  readonly principalsAtOnce: number;
  /** Lists that are read between two commits. An organization may have many small accounts. */
  readonly listsAtOnce: number;
  /** The worst come first; more say nothing new. */
  readonly findings: number;
  /** Bytes of a part before its encoding. An item has 400 KB. */
  readonly partBytes: number;
}

export const ANALYSIS_LIMITS: AnalysisLimits = {
  milliseconds: 8_000,
  principalsAtOnce: 100,
  listsAtOnce: 20,
  findings: 2_000,
  partBytes: 256 * 1024,
};
