import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iam";
import { noSuchEntity } from "../../../error.ts";
import { epochSeconds } from "../../../model/epoch-seconds.ts";
import { type OperationContext, operation } from "../../../model/operation.ts";
import { entityTarget } from "../../../permission/entity-target.ts";
import { type LastAccessedJobRecord, lastAccessedJobKey } from "../../../record/last-accessed.ts";
import { policyNameOf } from "../../../record/managed-policy.ts";
import { grants } from "../../../simulation/granted-service.ts";
import { findEntity } from "../../../simulation/simulated-entity.ts";
import { slicePage } from "../../../storage/pagination.ts";
import {
  type Access,
  actionAccesses,
  findReportSubject,
  permittedServices,
  serviceAccesses,
} from "./access-advisor.ts";

/** Time to live of a job: seven days, as in AWS. */
const JOB_SECONDS = 7 * 86_400;

export const lastAccessedOperations = {
  GenerateServiceLastAccessedDetails: operation<
    sdk.GenerateServiceLastAccessedDetailsCommandInput,
    sdk.GenerateServiceLastAccessedDetailsCommandOutput
  >({
    action: "iam:GenerateServiceLastAccessedDetails",
    target: (context, input) => entityTarget(context, input.Arn ?? ""),
    async run(context, input) {
      const { account, unit, now } = context;
      const arn = input.Arn ?? "";
      await findReportSubject(context, arn);
      const id = randomUUID();
      const job: LastAccessedJobRecord = {
        arn,
        granularity: input.Granularity ?? "SERVICE_LEVEL",
        createdAt: now.toISOString(),
      };
      unit.put(lastAccessedJobKey(account, id), job, {
        expiresAt: epochSeconds(now) + JOB_SECONDS,
      });
      return { JobId: id };
    },
  }),

  GetServiceLastAccessedDetails: operation<
    sdk.GetServiceLastAccessedDetailsCommandInput,
    sdk.GetServiceLastAccessedDetailsCommandOutput
  >({
    action: "iam:GetServiceLastAccessedDetails",
    target: () => ({ arn: "*" }),
    async run(context, input) {
      const { entity, job, ...described } = await openJob(context, input.JobId ?? "");
      const actors = await entity.actors();
      const { items, ...rest } = slicePage([...permittedServices(entity)], input);
      const services = await Promise.all(
        items.map(async ([namespace, name]) => {
          const accesses = await serviceAccesses(context, actors, namespace);
          const tracked = job.granularity === "ACTION_LEVEL" && accesses.length > 0;
          return {
            ServiceName: name,
            ServiceNamespace: namespace,
            ...latestOf(accesses),
            TotalAuthenticatedEntities: accesses.length,
            ...(tracked
              ? {
                  TrackedActionsLastAccessed: describeActions(
                    await actionAccesses(context, actors, namespace),
                  ),
                }
              : {}),
          };
        }),
      );
      return { ...described, JobType: job.granularity, ServicesLastAccessed: services, ...rest };
    },
  }),

  GetServiceLastAccessedDetailsWithEntities: operation<
    sdk.GetServiceLastAccessedDetailsWithEntitiesCommandInput,
    sdk.GetServiceLastAccessedDetailsWithEntitiesCommandOutput
  >({
    action: "iam:GetServiceLastAccessedDetailsWithEntities",
    target: () => ({ arn: "*" }),
    async run(context, input) {
      const { entity, job: _, ...described } = await openJob(context, input.JobId ?? "");
      const actors = await entity.actors();
      const accesses = await serviceAccesses(
        context,
        actors,
        (input.ServiceNamespace ?? "").toLowerCase(),
      );
      const { items, ...rest } = slicePage(accesses, input);
      return {
        ...described,
        EntityDetailsList: items.map(({ actor, at }) => ({
          EntityInfo: {
            Arn: actor.arn,
            Name: actor.name,
            Type: actor.type,
            Id: actor.id,
            Path: actor.path,
          },
          LastAuthenticated: new Date(at),
        })),
        ...rest,
      };
    },
  }),

  ListPoliciesGrantingServiceAccess: operation<
    sdk.ListPoliciesGrantingServiceAccessCommandInput,
    sdk.ListPoliciesGrantingServiceAccessCommandOutput
  >({
    action: "iam:ListPoliciesGrantingServiceAccess",
    target: (context, input) => entityTarget(context, input.Arn ?? ""),
    async run(context, input) {
      const { policies } = await findEntity(context, input.Arn ?? "");
      const { items, ...rest } = slicePage(input.ServiceNamespaces ?? [], input);
      return {
        PoliciesGrantingServiceAccess: items.map((service) => ({
          ServiceNamespace: service,
          Policies: policies.filter(({ document }) => grants(document, service)).map(describeGrant),
        })),
        ...rest,
      };
    },
  }),
} as const;

/**
 * Returns a job with its subject. Jobs are complete at once: the report is created when it is
 * fetched.
 * @throws {ApiError} `NoSuchEntity`
 */
async function openJob(context: OperationContext, id: string) {
  const job = await context.unit.get(lastAccessedJobKey(context.account, id));
  if (job === undefined) throw noSuchEntity(`The job with id ${id} cannot be found.`);
  const createdAt = new Date(job.createdAt);
  const entity = await findReportSubject(context, job.arn);
  return {
    entity,
    job,
    JobStatus: "COMPLETED",
    JobCreationDate: createdAt,
    JobCompletionDate: createdAt,
  } as const;
}

function latestOf([latest]: readonly Access[]) {
  if (latest === undefined) return {};
  return {
    LastAuthenticated: new Date(latest.at),
    LastAuthenticatedEntity: latest.actor.arn,
    LastAuthenticatedRegion: latest.region,
  };
}

const describeActions = (actions: ReadonlyMap<string, Access>) =>
  [...actions].map(([name, { at, region, actor }]) => ({
    ActionName: name,
    LastAccessedEntity: actor.arn,
    LastAccessedTime: new Date(at),
    LastAccessedRegion: region,
  }));

type Policies = Awaited<ReturnType<typeof findEntity>>["policies"];

function describeGrant({ from }: Policies[number]): sdk.PolicyGrantingServiceAccess {
  if ("arn" in from)
    return { PolicyName: policyNameOf(from.arn), PolicyType: "MANAGED", PolicyArn: from.arn };
  const EntityType = ({ user: "USER", group: "GROUP", role: "ROLE" } as const)[from.holder];
  return {
    PolicyName: from.policyName,
    PolicyType: "INLINE",
    EntityType,
    EntityName: from.holderName,
  };
}
