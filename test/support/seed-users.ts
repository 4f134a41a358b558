import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { makeUniqueId } from "@portcullis/iam/access-key-id";
import { accountCountKey } from "@portcullis/iam/record/account";
import { groupUsageKey, membershipKey } from "@portcullis/iam/record/group";
import { listEntryKey, nameEntryKey } from "@portcullis/iam/record/list-entry";
import { type UserEntry, type UserRecord, userKey } from "@portcullis/iam/record/user";
import type { Store, Write } from "@portcullis/iam/store";
import { dynamoStore } from "@portcullis/store";

/** Four writes a user and two counters: within DynamoDB's 100 writes a transaction. */
const USERS_A_TRANSACTION = 24;
const SEEDERS = 4;

export const seededName = (number: number): string => `user-${String(number).padStart(7, "0")}`;

/** The table of a local installation, as a store. */
export function storeOf(endpoint: string): { readonly store: Store; close(): void } {
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return { store: dynamoStore({ client, tableName: "portcullis" }), close: () => client.destroy() };
}

export interface SeededUsers {
  readonly account: string;
  /** The id of a group that all are members of. */
  readonly group?: string;
  readonly count: number;
}

/**
 * Writes users as CreateUser and AddUserToGroup would have left them, without asking anybody, ten
 * paths in turn.
 */
export async function seedUsers(store: Store, users: SeededUsers): Promise<void> {
  const { account, group, count } = users;
  let next = 0;
  const seeder = async () => {
    while (next < count) {
      const numbers = Array.from(
        { length: Math.min(USERS_A_TRANSACTION, count - next) },
        (_, at) => next + at,
      );
      next += numbers.length;
      const by = numbers.length;
      await store.transact([
        ...numbers.flatMap((number) => writesOf(users, number)),
        { kind: "count", key: accountCountKey(account, "users"), counter: "count", by },
        ...(group === undefined
          ? []
          : ([
              { kind: "count", key: groupUsageKey(account, group), counter: "members", by },
            ] as const)),
      ]);
    }
  };
  await Promise.all(Array.from({ length: SEEDERS }, seeder));
}

function writesOf({ account, group }: SeededUsers, number: number): Write[] {
  const name = seededName(number);
  const path = `/t${number % 10}/`;
  const id = makeUniqueId("user");
  const createdAt = "2026-01-01T00:00:00.000Z";
  const principal = { type: "User", account, name, id, path } as const;
  const nothing = { tags: [], inline: [], attached: [] };
  const groups = group === undefined ? [] : [group];
  const user: UserRecord = {
    principal: { ...principal, ...nothing, groups },
    createdAt,
    accessKeys: [],
    neverHadPassword: true,
  };
  const entry: UserEntry = { name, id, path, createdAt, neverHadPassword: true };
  const put = (key: Write["key"], data: unknown): Write => ({
    kind: "put",
    key,
    data,
    expect: "absent",
  });
  return [
    put(userKey(account, name), user),
    put(listEntryKey(account, "users", path, name), entry),
    put(nameEntryKey(account, "users", name), entry),
    ...groups.map((id) => put(membershipKey(account, id, name), { userName: name })),
  ];
}
