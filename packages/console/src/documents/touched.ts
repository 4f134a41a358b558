import { GetGroupCommand, ListEntitiesForPolicyCommand } from "@aws-sdk/client-iam";
import { iam } from "../api/clients.ts";
import { forEachLimited } from "../api/concurrency.ts";
import type { HolderKind } from "./addresses.ts";

/** Whose permissions a change of a document touches. */
export interface Touched {
  readonly users: number;
  readonly roles: number;
  /** Groups, whose members are among the users. */
  readonly groups: number;
  /** There are more than were counted. */
  readonly isPartial: boolean;
}

/** Pages of entities, and of a group's members, that are read. */
const MOST_PAGES = 5;
const PAGE = 1000;

/** Users with a managed policy by themselves, by a group or as their boundary; roles likewise. */
export async function touchedByPolicy(PolicyArn: string, signal: AbortSignal): Promise<Touched> {
  const [users, roles, groups] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let Marker: string | undefined;
  let pages = 0;
  do {
    const command = new ListEntitiesForPolicyCommand({ PolicyArn, Marker, MaxItems: PAGE });
    const answer = await iam(command, { abortSignal: signal });
    for (const { UserName = "" } of answer.PolicyUsers ?? []) users.add(UserName);
    for (const { RoleName = "" } of answer.PolicyRoles ?? []) roles.add(RoleName);
    for (const { GroupName = "" } of answer.PolicyGroups ?? []) groups.add(GroupName);
    Marker = answer.Marker;
  } while (Marker !== undefined && ++pages < MOST_PAGES);
  let isPartial = Marker !== undefined;
  await forEachLimited([...groups], signal, async (group) => {
    if (!(await addMembers(group, users, signal))) isPartial = true;
  });
  return { users: users.size, roles: roles.size, groups: groups.size, isPartial };
}

/** Whom an inline policy of a user, group or role applies to. */
export async function touchedByHolder(
  kind: HolderKind,
  name: string,
  signal: AbortSignal,
): Promise<Touched> {
  if (kind === "user") return { users: 1, roles: 0, groups: 0, isPartial: false };
  if (kind === "role") return { users: 0, roles: 1, groups: 0, isPartial: false };
  const users = new Set<string>();
  const isWhole = await addMembers(name, users, signal);
  return { users: users.size, roles: 0, groups: 1, isPartial: !isWhole };
}

/** Adds a group's members. False: it has more. */
async function addMembers(
  GroupName: string,
  users: Set<string>,
  abortSignal: AbortSignal,
): Promise<boolean> {
  let Marker: string | undefined;
  let pages = 0;
  do {
    const command = new GetGroupCommand({ GroupName, Marker, MaxItems: PAGE });
    const answer = await iam(command, { abortSignal });
    for (const { UserName = "" } of answer.Users ?? []) users.add(UserName);
    Marker = answer.Marker;
  } while (Marker !== undefined && ++pages < MOST_PAGES);
  return Marker === undefined;
}

/** In one sentence, such as `It touches 12 users and 1 role, members of 2 groups included.` */
export function touchedSentence({ users, roles, groups, isPartial }: Touched): string {
  const principals = [counted(users, "user"), counted(roles, "role")].filter(Boolean);
  const members = groups === 0 ? "" : `, members of ${counted(groups, "group")} included`;
  if (principals.length === 0)
    return groups === 0
      ? "It touches nobody: no user, group or role has it."
      : `It touches nobody yet: ${counted(groups, "group")} without members.`;
  return `It touches ${isPartial ? "at least " : ""}${principals.join(" and ")}${members}.`;
}

const counted = (count: number, word: string): string =>
  count === 0 ? "" : `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
