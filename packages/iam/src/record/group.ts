import { iamArn } from "../arn.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { PolicyHolder } from "./policy-holder.ts";

export interface GroupRecord extends PolicyHolder {
  readonly account: string;
  readonly name: string;
  /** `AGPA...` */
  readonly id: string;
  readonly path: string;
  readonly createdAt: string;
}

/** What ListGroups shows of a group. */
export type GroupEntry = Pick<GroupRecord, "name" | "id" | "path" | "createdAt">;

/** One user in a group; holds what GetGroup shows of it. */
export interface MembershipEntry {
  readonly userName: string;
}

/** Groups are kept under their unique id, so that a renamed group stays its members' group. */
export const groupKey = (account: string, id: string): RecordKey<GroupRecord> => ({
  account,
  partition: partitionOf("group", id),
  sort: "record",
});

export const groupNameKey = (
  account: string,
  name: string,
): RecordKey<{ readonly id: string }> => ({
  account,
  partition: partitionOf("group-name", name.toLowerCase()),
  sort: "record",
});

/** Counter record; `members`. */
export const groupUsageKey = (
  account: string,
  id: string,
): { account: string; partition: string; sort: string } => ({
  account,
  partition: partitionOf("group", id),
  sort: "usage",
});

export const membershipKey = (
  account: string,
  groupId: string,
  userName: string,
): RecordKey<MembershipEntry> => ({
  account,
  partition: partitionOf("group", groupId),
  sort: `member/${userName.toLowerCase()}`,
});

export const groupArn = (group: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(group.account, `group${group.path}${group.name}`);
