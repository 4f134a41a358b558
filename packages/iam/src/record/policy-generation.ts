import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";

export const POLICY_GENERATIONS = partitionOf("policy-generations");

/** A generation of policies for a principal from what it used. */
export interface PolicyGenerationRecord {
  readonly principalArn: string;
  readonly status: "IN_PROGRESS" | "SUCCEEDED" | "FAILED" | "CANCELED";
  /** The request that reads the counts, so that a retry of it goes on. */
  readonly requestId: string;
  /** All times are ISO 8601. */
  readonly startedAt: string;
  readonly completedAt?: string;
  readonly period: { readonly from: string; readonly to: string };
  readonly trails: readonly TrailRecord[];
  readonly error?: GenerationError;
  /** Present once the generation succeeded. */
  readonly result?: PolicyGenerationResult;
}

export interface TrailRecord {
  readonly arn: string;
  readonly regions?: readonly string[];
  readonly allRegions?: boolean;
}

export interface GenerationError {
  readonly code: "SERVICE_ERROR" | "SERVICE_QUOTA_EXCEEDED_ERROR";
  readonly message: string;
}

export interface PolicyGenerationResult {
  readonly isComplete: boolean;
  readonly documents: readonly string[];
  /** The same with `${OrderId}` for what varies, in place of `*`. */
  readonly templates: readonly string[];
  /** Prefixes of services that were used, without a record of which actions. */
  readonly services: readonly string[];
}

export const policyGenerationKey = (
  account: string,
  jobId: string,
): RecordKey<PolicyGenerationRecord> => ({ account, partition: POLICY_GENERATIONS, sort: jobId });
