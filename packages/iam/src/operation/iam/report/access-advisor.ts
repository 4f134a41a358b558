import { knownServices } from "../../../canned/index.ts";
import { ApiError, noSuchEntity } from "../../../error.ts";
import type { OperationContext } from "../../../model/operation.ts";
import { lookUpPolicy } from "../../../permission/policy-arn.ts";
import { groupKey, type MembershipEntry } from "../../../record/group.ts";
import {
  actionAccessKey,
  type LastAccessedRecord,
  serviceAccessKey,
} from "../../../record/last-accessed.ts";
import { type AttachmentEntry, attachmentKey } from "../../../record/managed-policy.ts";
import { roleArn } from "../../../record/role.ts";
import { userArn, userKey } from "../../../record/user.ts";
import { grantedServices } from "../../../simulation/granted-service.ts";
import { findEntity } from "../../../simulation/simulated-entity.ts";

/** A user or role whose calls a report covers. */
export interface Actor {
  readonly type: "USER" | "ROLE";
  readonly arn: string;
  readonly name: string;
  readonly id: string;
  readonly path: string;
}

/**
 * The subject of a report (a user, group, role or policy): its policies, and the users and roles
 * that have their permissions from it.
 */
export interface ReportSubject {
  readonly documents: readonly string[];
  readonly actors: () => Promise<readonly Actor[]>;
}

/**
 * Limit of the actors that a report covers, in the order of their lists. Groups and policies may
 * have any number of actors.
 * INVARIANT: a report contains only true accesses. It may omit those of other actors.
 */
const ACTORS_AT_MOST = 100;

/** Returns the subject of a report by its ARN. @throws {ApiError} `NoSuchEntity`, `InvalidInput` */
export async function findReportSubject(
  context: OperationContext,
  arn: string,
): Promise<ReportSubject> {
  if (/^arn:aws:iam::(aws|\d{12}):policy\//.test(arn)) {
    const found = await lookUpPolicy(context, arn);
    if (found === undefined) throw noSuchEntity("Unable to retrieve specified IAM entity.");
    const { document } = found.owner === "account" ? found.record : found.policy;
    return { documents: [document], actors: () => actorsOfPolicy(context, arn) };
  }
  const { principal, policies } = await findEntity(context, arn);
  const documents = policies.map(({ document }) => document);
  const path = arn.slice(arn.indexOf("/"), arn.lastIndexOf("/") + 1);
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  if (principal.type === "AssumedRole") {
    return {
      documents,
      actors: async () => [{ type: "ROLE", arn, name, id: principal.roleId, path }],
    };
  }
  if (principal.type !== "User")
    throw new ApiError("InvalidInput", `${arn} names neither a user nor a group nor a role.`);
  const { userId: id } = principal;
  if (arn.includes(":group/")) return { documents, actors: () => actorsOfGroup(context, id) };
  return { documents, actors: async () => [{ type: "USER", arn, name, id, path }] };
}

/**
 * Returns the services that the entity's policies allow to call, by action prefix, with their
 * names.
 */
export function permittedServices(
  { documents }: ReportSubject,
  servicesOf: typeof grantedServices = grantedServices,
): ReadonlyMap<string, string> {
  const known = knownServices();
  const granted = documents.map((document) => servicesOf(document));
  const prefixes = granted.some(({ everything }) => everything)
    ? [...known.keys()]
    : granted.flatMap(({ services }) => [...services]);
  return new Map(
    [...new Set(prefixes)].sort().map((prefix) => [prefix, known.get(prefix) ?? prefix]),
  );
}

/** The latest call of an actor. */
export interface Access extends LastAccessedRecord {
  readonly actor: Actor;
}

/** Returns the accesses of the service, one for each actor, latest first. */
export async function serviceAccesses(
  { account, unit }: OperationContext,
  actors: readonly Actor[],
  service: string,
): Promise<readonly Access[]> {
  const found = await unit.getAll(actors.map(({ id }) => serviceAccessKey(account, id, service)));
  return latestFirst(actors.flatMap((actor, index) => withActor(actor, found[index])));
}

/** Returns the latest access of an actor to each service that it called, by action prefix. */
export async function servicesUsedBy(
  { account, unit }: OperationContext,
  actorId: string,
): Promise<ReadonlyMap<string, LastAccessedRecord>> {
  const { partition, sort: prefix } = serviceAccessKey(account, actorId, "");
  const range = { account, partition, prefix, limit: 1000 };
  const { records } = await unit.query<LastAccessedRecord>(range);
  return new Map(records.map(({ key, data }) => [key.sort.slice(prefix.length), data]));
}

/** Returns the latest access of each action of a service that any of the actors called. */
export async function actionAccesses(
  { account, unit }: OperationContext,
  actors: readonly Actor[],
  service: string,
): Promise<ReadonlyMap<string, Access>> {
  const latest = new Map<string, Access>();
  for (const actor of actors) {
    const { partition, sort: prefix } = actionAccessKey(account, actor.id, service, "");
    const { records } = await unit.query<LastAccessedRecord>({
      account,
      partition,
      prefix,
      limit: 1000,
    });
    for (const { key, data } of records) {
      const action = key.sort.slice(prefix.length);
      const before = latest.get(action);
      if (before === undefined || before.at < data.at) latest.set(action, { ...data, actor });
    }
  }
  return latest;
}

async function actorsOfGroup(
  { account, unit }: OperationContext,
  groupId: string,
): Promise<readonly Actor[]> {
  const { partition } = groupKey(account, groupId);
  const { records } = await unit.query<MembershipEntry>({
    account,
    partition,
    prefix: "member/",
    limit: ACTORS_AT_MOST,
  });
  const users = await unit.getAll(records.map(({ data }) => userKey(account, data.userName)));
  return users.flatMap((user) => {
    if (user === undefined) return [];
    const { name, id, path } = user.principal;
    return [{ type: "USER", arn: userArn(user.principal), name, id, path }];
  });
}

async function actorsOfPolicy(context: OperationContext, arn: string): Promise<readonly Actor[]> {
  const { account, unit } = context;
  const { partition } = attachmentKey(account, arn, "PermissionsPolicy", { type: "User", id: "" });
  const prefix = "PermissionsPolicy/";
  const { records } = await unit.query<AttachmentEntry>({
    account,
    partition,
    prefix,
    limit: ACTORS_AT_MOST,
  });
  const found = await Promise.all(
    records.map(async ({ data: { type, name, id, path } }): Promise<readonly Actor[]> => {
      if (type === "Group") return actorsOfGroup(context, id);
      const named = { account, path, name };
      if (type === "Role") return [{ type: "ROLE", arn: roleArn(named), name, id, path }];
      return [{ type: "USER", arn: userArn(named), name, id, path }];
    }),
  );
  return [...new Map(found.flat().map((actor) => [actor.id, actor])).values()].slice(
    0,
    ACTORS_AT_MOST,
  );
}

const withActor = (actor: Actor, record: LastAccessedRecord | undefined): readonly Access[] =>
  record === undefined ? [] : [{ ...record, actor }];

const latestFirst = (accesses: readonly Access[]): readonly Access[] =>
  accesses.toSorted((one, other) => other.at.localeCompare(one.at));
