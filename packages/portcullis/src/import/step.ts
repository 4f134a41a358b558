import type { IAMClient } from "@aws-sdk/client-iam";

/** One call that brings the installation nearer to the file. */
export interface Step {
  readonly sign: "+" | "~";
  /** The entity that it is about, such as `user alice`. */
  readonly entity: string;
  /** Such as `user alice: attach policy Readers`. */
  readonly text: string;
  readonly run: (client: IAMClient) => Promise<unknown>;
}

/** What can't be taken over, and why. */
export interface Skipped {
  readonly what: string;
  readonly reason: string;
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly skipped: readonly Skipped[];
  /** Entities of the file that need no step. */
  readonly unchanged: number;
}
