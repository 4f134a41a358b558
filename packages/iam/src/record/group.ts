import { iamArn } from "../arn.ts";
import type { Key } from "../storage/store.ts";
import type { RecordKey } from "../storage/unit-of-work.ts";
import { partitionOf } from "./partition.ts";
import type { PolicyHolder } from "./policy-holder.ts";

/** A group with its inline and attached policies. */
export interface GroupRecord extends PolicyHolder {
  readonly account: string;
  readonly name: string;
  /** `AGPA...` */
  readonly id: string;
  readonly path: string;
  readonly createdAt: string;
}

/** The members of a group's record that ListGroups answers. */
export type GroupEntry = Pick<GroupRecord, "name" | "id" | "path" | "createdAt">;

/** One member of a group. */
export interface MembershipEntry {
  readonly userName: string;
}

/** The key of a group. It contains the unique id, so that a renamed group keeps its members. */
export const groupKey = (account: string, id: string): RecordKey<GroupRecord> => ({
  account,
  partition: partitionOf("group", id),
  sort: "record",
});

/** The key of the unique id that a group name stands for. */
export const groupNameKey = (
  account: string,
  name: string,
): RecordKey<{ readonly id: string }> => ({
  account,
  partition: partitionOf("group-name", name.toLowerCase()),
  sort: "record",
});

/** The key of a group's counter record. Counter: `members`. */
export const groupUsageKey = (account: string, id: string): Key => ({
  account,
  partition: partitionOf("group", id),
  sort: "usage",
});

/** The key of a user's membership in a group. */
export const membershipKey = (
  account: string,
  groupId: string,
  userName: string,
): RecordKey<MembershipEntry> => ({
  account,
  partition: partitionOf("group", groupId),
  sort: `member/${userName.toLowerCase()}`,
});

/** The ARN of a group. */
export const groupArn = (group: {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}): string => iamArn(group.account, `group${group.path}${group.name}`);
