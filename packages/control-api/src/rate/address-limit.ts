import { ApiError } from "@portcullis/iam/error";
import type { ReadCredential } from "@portcullis/protocol/sigv4";
import { createRateLimit } from "./rate-limit.ts";

/**
 * Calls without a readable signature from one address, such as AssumeRoleWithSAML. They name no
 * account to limit, and their proofs cost the most to verify.
 */
export const UNSIGNED_RATE = { perSecond: 50, burst: 500 } as const;

/** The rate limit of unsigned calls by source address. */
export interface AddressLimit {
  /** Takes a call of the address if the request has no signature. @throws {ApiError} `Throttling` */
  take(credential: ReadCredential, address: string, now: Date): Promise<void>;
}

/** The limit of one process. */
export function createAddressLimit(rate = UNSIGNED_RATE): AddressLimit {
  const limit = createRateLimit(rate);
  return {
    async take(read, address, now) {
      if (read.ok) return;
      const turn = await limit.enter(address, now.getTime());
      if (turn === undefined) throw THROTTLING;
      turn.proven();
      // A slow identity provider must not make the address's other calls wait.
      turn.leave();
    },
  };
}

/** Always the same, since making an error costs more than the rest of a refusal. */
const THROTTLING = new ApiError("Throttling", "Rate exceeded");
