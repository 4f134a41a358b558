import type * as sdk from "@aws-sdk/client-accessanalyzer";
import { DAY_MILLISECONDS } from "../../day.ts";
import { epochSeconds } from "../../model/epoch-seconds.ts";
import type { OperationContext } from "../../model/operation.ts";
import {
  POLICY_GENERATIONS,
  type PolicyGenerationRecord,
  policyGenerationKey,
} from "../../record/policy-generation.ts";
import { invalidField } from "./analyzer-target.ts";

/** How long generated policies are kept (IAM UG/access_policies_generate-policy). */
const KEPT_DAYS = 7;
/** A generation that has not ended by then was lost with its function. */
const LOST_MILLISECONDS = 60_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A generation with its id. */
export interface PolicyGenerationJob {
  readonly jobId: string;
  readonly record: PolicyGenerationRecord;
}

/** The account's generations: at most 7 days of 50, and those that have expired but are not deleted yet. */
export async function generationsOf({
  account,
  unit,
  now,
}: OperationContext): Promise<readonly PolicyGenerationJob[]> {
  const jobs: PolicyGenerationJob[] = [];
  let after: string | undefined;
  for (let more = true; more; ) {
    const range = { account, partition: POLICY_GENERATIONS, limit: 500 };
    const start = after === undefined ? {} : { after };
    const page = await unit.query<PolicyGenerationRecord>({ ...range, ...start });
    for (const { key, data } of page.records) {
      after = key.sort;
      if (!isExpired(data, now)) jobs.push({ jobId: key.sort, record: asOf(data, now) });
    }
    ({ more } = page);
  }
  return jobs;
}

/** A generation by its id. @throws {ApiError} `ValidationException` */
export async function findGeneration(
  { account, unit, now }: OperationContext,
  jobId: string,
): Promise<PolicyGenerationRecord> {
  const record = UUID.test(jobId) ? await unit.get(policyGenerationKey(account, jobId)) : undefined;
  if (record === undefined || isExpired(record, now))
    throw invalidField(`The policy generation ${jobId.slice(0, 100)} does not exist.`);
  return asOf(record, now);
}

/** A generation that was lost is told as failed. */
function asOf(record: PolicyGenerationRecord, now: Date): PolicyGenerationRecord {
  const lostAt = Date.parse(record.startedAt) + LOST_MILLISECONDS;
  if (record.status !== "IN_PROGRESS" || now.getTime() < lostAt) return record;
  return {
    ...record,
    status: "FAILED",
    completedAt: new Date(lostAt).toISOString(),
    error: { code: "SERVICE_ERROR", message: "The policy generation did not end. Start another." },
  };
}

/** When a record of a generation expires, in epoch seconds. */
export const expiryOf = (now: Date): number => epochSeconds(now) + KEPT_DAYS * 86_400;

/** DynamoDB deletes expired records up to days late. */
const isExpired = ({ startedAt }: PolicyGenerationRecord, now: Date): boolean =>
  now.getTime() - Date.parse(startedAt) >= KEPT_DAYS * DAY_MILLISECONDS;

/** The job as AWS describes it. */
export function jobDetailsOf(jobId: string, generation: PolicyGenerationRecord): sdk.JobDetails {
  const { status, startedAt, completedAt, error } = generation;
  return {
    jobId,
    status,
    startedOn: new Date(startedAt),
    ...(completedAt === undefined ? {} : { completedOn: new Date(completedAt) }),
    ...(error === undefined ? {} : { jobError: { ...error } }),
  };
}
