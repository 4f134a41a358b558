import type { BearerOptions, ProofInput } from "./proof.ts";

/** The code that verifies tokens. */
export type TokenVerification = typeof import("@portcullis/iam/federation/token-verification");

export type BearerProofInput = ProofInput & {
  readonly bearer: BearerOptions;
  readonly verification: TokenVerification;
};
