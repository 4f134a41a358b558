import type { Memory } from "./product.ts";

/** One request of the soak. */
export interface Sample {
  readonly kind: string;
  /** Milliseconds since the start. */
  readonly at: number;
  readonly milliseconds: number;
  /** `failed`: a server error or a broken connection, as faults and kills make them. */
  readonly outcome: "done" | "failed" | "throttled";
}

/** Something that was done to the product. */
export interface Disturbance {
  readonly at: number;
  readonly what: string;
}

/** All that a soak saw. */
export interface SoakRecord {
  readonly samples: Sample[];
  readonly memory: (Memory & { readonly at: number; readonly fileBytes: number })[];
  readonly disturbances: Disturbance[];
  /** Changes that were acknowledged, and events that the audit trail has of IAM. */
  readonly audited: { changes: number; events: number };
  /** What must never happen. */
  readonly violations: string[];
}

export const newRecord = (): SoakRecord => ({
  samples: [],
  memory: [],
  disturbances: [],
  audited: { changes: 0, events: 0 },
  violations: [],
});

/** The value at a share of a sorted list. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
