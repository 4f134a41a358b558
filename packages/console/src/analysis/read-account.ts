import {
  type EntityType,
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsResponse,
} from "@aws-sdk/client-iam";
import { iam } from "../api/clients.ts";
import type { OpenAccount } from "./open-account.ts";

/** How much of an account was read. */
export interface Reading {
  /** Users, groups, roles and policies. */
  readonly entities: number;
  /** ARNs of the users and roles that were read. */
  readonly principals: readonly string[];
  /** What there is more than was read: a sentence each. */
  readonly leftOut: readonly string[];
}

/** Users and roles that are read at most. */
const MOST_PRINCIPALS = 10_000;
/** Groups and policies that are read at most: twice AWS's quotas. */
const MOST_SHARED = 4_000;

/** An answer is parsed in one go: 100 entities take some milliseconds, 1,000 would block input. */
const PAGE_ENTITIES = 100;

/** First what others depend on, then roles, and users last, since there are most of them. */
const STEPS: readonly { readonly what: string; readonly filter: readonly EntityType[] }[] = [
  // `AWSManagedPolicy` brings those that are attached only.
  {
    what: "groups and policies",
    filter: ["Group", "LocalManagedPolicy", "AWSManagedPolicy"],
  },
  { what: "roles", filter: ["Role"] },
  { what: "users", filter: ["User"] },
];

/** Adds the account to what takes it, as it comes: a page at a time. */
export async function readAccount(
  account: Pick<OpenAccount, "add">,
  abortSignal: AbortSignal,
  onProgress: (words: string, entities: number) => void,
): Promise<Reading> {
  let entities = 0;
  const principals: string[] = [];
  const leftOut: string[] = [];
  for (const { what, filter } of STEPS) {
    const isShared = what === STEPS[0]?.what;
    let own = 0;
    let Marker: string | undefined;
    const hasRoom = () => (isShared ? own < MOST_SHARED : principals.length < MOST_PRINCIPALS);
    do {
      const answer: GetAccountAuthorizationDetailsResponse = await iam(
        new GetAccountAuthorizationDetailsCommand({
          Filter: [...filter],
          MaxItems: PAGE_ENTITIES,
          Marker,
        }),
        { abortSignal },
      );
      const { UserDetailList = [], GroupDetailList = [], RoleDetailList = [], Policies } = answer;
      account.add({ UserDetailList, GroupDetailList, RoleDetailList, Policies });
      for (const { Arn } of [...RoleDetailList, ...UserDetailList])
        if (Arn !== undefined) principals.push(Arn);
      const found =
        UserDetailList.length +
        GroupDetailList.length +
        RoleDetailList.length +
        (Policies ?? []).length;
      own += found;
      entities += found;
      Marker = answer.Marker;
      onProgress(`Reading the account: ${entities.toLocaleString("en")} entities`, entities);
    } while (Marker !== undefined && hasRoom());
    if (Marker !== undefined)
      leftOut.push(
        `The account has more ${what} than the ${own.toLocaleString("en")} that were read.`,
      );
  }
  return { entities, principals, leftOut };
}
