import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-accessanalyzer";
import { iamArn } from "../../arn.ts";
import { DAY_MILLISECONDS } from "../../day.ts";
import { ApiError } from "../../error.ts";
import { hashedId } from "../../hashed-id.ts";
import { type OperationContext, operation } from "../../model/operation.ts";
import { ACCESS_COUNT_DAYS } from "../../record/decision.ts";
import {
  type PolicyGenerationRecord,
  policyGenerationKey,
} from "../../record/policy-generation.ts";
import { slicePage } from "../../storage/pagination.ts";
import { type Actor, findReportSubject } from "../iam/report/access-advisor.ts";
import { invalidField, noResource, quotaExceeded } from "./analyzer-target.ts";
import { generateFromCounts, serviceLevelPolicy } from "./generated-policy.ts";
import { expiryOf, findGeneration, generationsOf, jobDetailsOf } from "./policy-generation-job.ts";

/** As AWS has it (IAM UG/access-analyzer-quotas). */
const STARTED_A_DAY = 50;

export const policyGenerationOperations = {
  StartPolicyGeneration: operation<
    sdk.StartPolicyGenerationCommandInput,
    sdk.StartPolicyGenerationCommandOutput
  >({
    action: "access-analyzer:StartPolicyGeneration",
    target: noResource,
    async run(context, input) {
      const { account, unit, now, requestId } = context;
      const jobId = jobIdOf(account, input.clientToken);
      const key = policyGenerationKey(account, jobId);
      const wanted = await requestedGeneration(context, input);
      const known = await unit.get(key);
      if (known !== undefined && !isSame(known, wanted.record))
        throw conflict("The clientToken was used for another policy generation.", jobId);
      if (known !== undefined && known.requestId !== requestId) return { jobId };
      if (known === undefined) {
        await refuseTooMany(context);
        unit.put(key, wanted.record, { expiresAt: expiryOf(now) });
        await unit.commit();
      }
      const outcome = await generateFromCounts(context, wanted.actor.id, wanted.record.period);
      // It may have been cancelled meanwhile.
      const current = await unit.get(key);
      if (current?.status === "IN_PROGRESS")
        unit.put(
          key,
          { ...current, ...outcome, completedAt: now.toISOString() },
          { expiresAt: expiryOf(now) },
        );
      return { jobId };
    },
  }),

  GetGeneratedPolicy: operation<
    sdk.GetGeneratedPolicyCommandInput,
    sdk.GetGeneratedPolicyCommandOutput
  >({
    action: "access-analyzer:GetGeneratedPolicy",
    target: noResource,
    async run(context, { jobId = "", includeResourcePlaceholders, includeServiceLevelTemplate }) {
      const generation = await findGeneration(context, jobId);
      const { result, principalArn, period, trails } = generation;
      const documents = includeResourcePlaceholders ? result?.templates : result?.documents;
      const services = includeServiceLevelTemplate ? (result?.services ?? []) : [];
      return {
        jobDetails: jobDetailsOf(jobId, generation),
        generatedPolicyResult: {
          properties: {
            principalArn,
            isComplete: result?.isComplete ?? false,
            cloudTrailProperties: {
              trailProperties: trails.map(({ arn, regions, allRegions }) => ({
                cloudTrailArn: arn,
                ...(regions === undefined ? {} : { regions: [...regions] }),
                ...(allRegions === undefined ? {} : { allRegions }),
              })),
              startTime: new Date(period.from),
              endTime: new Date(period.to),
            },
          },
          generatedPolicies: [
            ...(documents ?? []),
            ...(services.length === 0 ? [] : [serviceLevelPolicy(services)]),
          ].map((policy) => ({ policy })),
        },
      };
    },
  }),

  ListPolicyGenerations: operation<
    sdk.ListPolicyGenerationsCommandInput,
    sdk.ListPolicyGenerationsCommandOutput
  >({
    action: "access-analyzer:ListPolicyGenerations",
    target: noResource,
    async run(context, { principalArn, maxResults: MaxItems, nextToken: Marker }) {
      const all = (await generationsOf(context))
        .filter(({ record }) => principalArn === undefined || record.principalArn === principalArn)
        .sort((one, other) => (one.record.startedAt > other.record.startedAt ? -1 : 1));
      const page = slicePage(all, { MaxItems, Marker });
      return {
        policyGenerations: page.items.map(({ jobId, record }) => {
          const { jobError: _, ...details } = jobDetailsOf(jobId, record);
          return { ...details, principalArn: record.principalArn };
        }),
        ...(page.Marker === undefined ? {} : { nextToken: page.Marker }),
      };
    },
  }),

  CancelPolicyGeneration: operation<
    sdk.CancelPolicyGenerationCommandInput,
    sdk.CancelPolicyGenerationCommandOutput
  >({
    action: "access-analyzer:CancelPolicyGeneration",
    target: noResource,
    async run(context, { jobId = "" }) {
      const { account, unit, now } = context;
      const generation = await findGeneration(context, jobId);
      // What has ended remains as it is.
      if (generation.status === "IN_PROGRESS")
        unit.put(
          policyGenerationKey(account, jobId),
          { ...generation, status: "CANCELED", completedAt: now.toISOString() },
          { expiresAt: expiryOf(now) },
        );
      return {};
    },
  }),
} as const;

interface RequestedGeneration {
  readonly actor: Actor;
  readonly record: PolicyGenerationRecord;
}

/** @throws {ApiError} `ValidationException` */
async function requestedGeneration(
  context: OperationContext,
  { policyGenerationDetails, cloudTrailDetails }: sdk.StartPolicyGenerationCommandInput,
): Promise<RequestedGeneration> {
  const { now, requestId } = context;
  const actor = await actorOf(context, policyGenerationDetails?.principalArn ?? "");
  const oldest = now.getTime() - ACCESS_COUNT_DAYS * DAY_MILLISECONDS;
  const { trails = [], startTime, endTime = now } = cloudTrailDetails ?? {};
  const from = Math.max(startTime?.getTime() ?? oldest, oldest);
  const to = Math.min(endTime.getTime(), now.getTime());
  if (startTime !== undefined && startTime > endTime)
    throw invalidField("startTime must not be after endTime.");
  if (from > to) throw invalidField(`Access is recorded for ${ACCESS_COUNT_DAYS} days.`);
  return {
    actor,
    record: {
      principalArn: actor.arn,
      status: "IN_PROGRESS",
      requestId,
      startedAt: now.toISOString(),
      period: { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      trails: trails.map(({ cloudTrailArn = "", regions, allRegions }) => ({
        arn: cloudTrailArn,
        ...(regions === undefined ? {} : { regions }),
        ...(allRegions === undefined ? {} : { allRegions }),
      })),
    },
  };
}

/** The user or role of an ARN. @throws {ApiError} `ValidationException` */
async function actorOf(context: OperationContext, arn: string): Promise<Actor> {
  const start = iamArn(context.account, "");
  if (!arn.startsWith(start) || !/^(?:user|role)\/./.test(arn.slice(start.length)))
    throw invalidField(`${arn.slice(0, 300)} is not the ARN of a user or role of this account.`);
  try {
    const [actor] = await (await findReportSubject(context, arn)).actors();
    if (actor !== undefined) return actor;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "NoSuchEntity") throw error;
  }
  throw invalidField(`The principal ${arn.slice(0, 300)} does not exist.`);
}

/** The same token gives the same job. Without one each request is a job of its own. */
const jobIdOf = (account: string, clientToken: string | undefined): string =>
  clientToken === undefined ? randomUUID() : hashedId(account, clientToken);

/** A retry has the same principal and trails. Its period may end with another moment. */
const isSame = (one: PolicyGenerationRecord, other: PolicyGenerationRecord): boolean =>
  one.principalArn === other.principalArn &&
  JSON.stringify(one.trails) === JSON.stringify(other.trails);

async function refuseTooMany(context: OperationContext): Promise<void> {
  const { now } = context;
  const all = await generationsOf(context);
  const running = all.find(({ record }) => record.status === "IN_PROGRESS");
  if (running !== undefined)
    throw conflict("A policy generation of this account is in progress.", running.jobId);
  const lately = all.filter(
    ({ record }) => now.getTime() - Date.parse(record.startedAt) < DAY_MILLISECONDS,
  );
  if (lately.length >= STARTED_A_DAY)
    throw quotaExceeded(
      `The account has started ${STARTED_A_DAY} policy generations within 24 hours, which is the most that it may.`,
      "PolicyGeneration",
      context.account,
    );
}

const conflict = (message: string, resourceId: string): ApiError =>
  new ApiError("ConflictException", message, { resourceId, resourceType: "PolicyGeneration" });
