import type { Sealer } from "@portcullis/iam/sealer";
import type { Reader } from "@portcullis/iam/store";
import type { Directory } from "../identity/directory.ts";
import type { Log } from "../log/decision-log.ts";
import type { BearerOptions } from "../proof/proof.ts";
import type { ServiceDefinition } from "../service/service-definition.ts";

/** What an API that is observed lets through. */
export interface ObserveOptions {
  /**
   * Whether requests with missing or invalid credentials are let through too. The function behind
   * then finds no principal in its context. @default false
   */
  readonly unauthenticated?: boolean;
}

export interface AuthorizerOptions {
  readonly directory: Omit<Directory, "reader"> & { readonly keyRing: () => Promise<Sealer> };
  readonly reader: Reader;
  /** Absent: every route asks for `execute-api:Invoke`. */
  readonly service?: ServiceDefinition | undefined;
  readonly log: Log;
  readonly now?: () => Date;
  /** Absent: bearer tokens are refused. */
  readonly bearer?: BearerOptions | undefined;
  /** Whether a request may leave its body unsigned. @default false */
  readonly allowUnsignedPayload?: boolean;
  /**
   * The account that keeps the API's resource policy. Absent: there is none. The policy costs one
   * more read a request, in parallel with the caller's.
   */
  readonly apiPolicyOwner?: string | undefined;
  /**
   * Every route of an API whose gateway caches answers. An answer is then valid for all of the
   * caller's requests, or the request is denied. Only bearer tokens are accepted: a cached answer
   * would let requests pass whose signature is not verified.
   */
  readonly cachedRoutes?: readonly string[];
  /**
   * For an API that is in use already: every request is decided and logged as always, and what
   * would be denied is let through. @default denials are denials
   */
  readonly observe?: ObserveOptions | undefined;
  /** How long a permission may be used after it was taken away, to save reads. @default 0 */
  readonly stalenessSeconds?: number;
  /**
   * API Gateway gives up after 10 seconds. A decision must have failed, and been logged, before.
   * @default 5000
   */
  readonly deadlineMilliseconds?: number;
}
