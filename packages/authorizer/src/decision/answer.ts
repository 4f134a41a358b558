import type { Caller } from "@portcullis/iam/caller";
import type { CacheableStatement } from "./cacheable-policy.ts";

/** What a gateway is to do with a request. */
export type Answer = Allowed | Forbidden | Unauthenticated | Failed;

export interface Allowed {
  readonly kind: "allowed";
  readonly caller: Caller;
  readonly decisionId: string;
  /**
   * SHA-256 of the signed body in hexadecimal. `UNSIGNED-PAYLOAD` where the body was not signed.
   */
  readonly payloadHash: string;
  /** Where the gateway caches answers: what it may cache. */
  readonly cacheable?: readonly CacheableStatement[];
}

export interface Forbidden {
  readonly kind: "forbidden";
  readonly message: string;
  readonly decisionId: string;
  /** For `sts:DecodeAuthorizationMessage`. Empty when no policy was evaluated. */
  readonly encodedMessage: () => Promise<string>;
  readonly caller: Caller;
  readonly cacheable?: readonly CacheableStatement[];
}

/** The request has no credentials, or none that prove anything. */
interface Unauthenticated {
  readonly kind: "unauthenticated";
  readonly decisionId: string;
}

/** The decision could not be made. Never an allow. */
interface Failed {
  readonly kind: "failed";
  readonly decisionId: string;
}
