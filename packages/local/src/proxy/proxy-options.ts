import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { HeaderAdmission } from "@portcullis/authorizer/http";
import type { AllowedRequest } from "./caller-headers.ts";
import type { Upstream } from "./upstream.ts";
import type { HeaderPairs } from "./upstream-headers.ts";

/** Something that the log of decisions does not say. */
export interface ProxyEvent {
  readonly request: IncomingMessage;
  readonly statusCode: number;
  readonly message: string;
}

export interface ProxyOptions {
  readonly upstream: Upstream;
  readonly protect: (request: IncomingMessage) => Promise<HeaderAdmission>;
  /** The headers that tell the server behind who calls. */
  readonly identify: (allowed: AllowedRequest) => HeaderPairs;
  /** The target as the server behind gets it. */
  readonly target: (request: IncomingMessage) => string;
  readonly report: (event: ProxyEvent) => void;
  /** A larger body is answered 413. */
  readonly bodyLimitBytes: number;
  /** How long the server behind may be silent before its answer begins. */
  readonly silenceMilliseconds: number;
}

export const EMPTY_HASH = createHash("sha256").digest("hex");
