import type { Evaluation } from "@portcullis/authorizer";
import type { Caller } from "@portcullis/iam/caller";
import type { Operation } from "@portcullis/iam/operation";
import { timeOrderedId } from "@portcullis/iam/time-ordered-id";
import type { ControlRequest } from "./request.ts";

export type AnyOperation = Operation<unknown, object | undefined>;

/** One request on its way through a service, and what its log line will say. */
export interface Call {
  readonly id: string;
  readonly request: ControlRequest;
  readonly now: Date;
  /** By `performance.now()`. */
  readonly started: number;
  readonly record: CallRecord;
}

/** What is known of a call. Each step adds what it finds. */
export interface CallRecord {
  /** The name of the operation. */
  operation?: string;
  caller?: Caller;
  /** As the request names it, where nothing was proven by it. */
  accessKeyId?: string | undefined;
  /** Of the operation itself, or of the additional one that was denied. */
  evaluation?: Evaluation;
  error?: unknown;
  /** Why the call was refused, where the log says more than the answer. */
  reason?: string;
  /** Whether the caller's allowed decisions are recorded whole. */
  traced?: boolean;
  /** Of the operation, once it is valid. */
  input?: unknown;
  /** Of an operation that has succeeded. */
  output?: object | undefined;
}

/** A call that begins now. */
export const beginCall = (request: ControlRequest, now: Date = new Date()): Call => ({
  id: timeOrderedId(now),
  request,
  now,
  started: performance.now(),
  record: {},
});
