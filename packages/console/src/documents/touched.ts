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

/** In one sentence. */
export function touchedSentence({ users, roles, groups, isPartial }: Touched): string {
  if (users + roles + groups === 0) return "It touches nobody: the policy is not attached.";
  const parts = [counted(users, "user"), counted(roles, "role")].filter((part) => part !== "");
  const who = parts.join(" and ") || "no user yet";
  const via = groups === 0 ? "" : `, by ${counted(groups, "group")} among others`;
  const through =
    groups === 0 || roles > 0 || users === 0
      ? via
      : `, members of ${counted(groups, "group")} included`;
  return `It touches ${isPartial ? "at least " : ""}${who}${through}.`;
}

const counted = (count: number, word: string): string =>
  count === 0 ? "" : `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
