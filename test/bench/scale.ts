import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as sdk from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { makeUniqueId } from "@portcullis/iam/access-key-id";
import { accountCountKey } from "@portcullis/iam/record/account";
import { groupUsageKey, membershipKey } from "@portcullis/iam/record/group";
import { listEntryKey, nameEntryKey } from "@portcullis/iam/record/list-entry";
import { type UserEntry, type UserRecord, userKey } from "@portcullis/iam/record/user";
import type { Store, Write } from "@portcullis/iam/store";
import { dynamoStore } from "@portcullis/store";
import { credentialsOf, startInstallation, type TestInstallation } from "../support/harness.ts";
import { digits, median, spread } from "./policy-statistics.ts";

const SIZES = process.env.PORTCULLIS_BENCH_MILLION ? [1_000, 100_000, 1_000_000] : [1_000, 100_000];
const CALLS = 100;
const WARM_UP = 15;
/** Three writes a user and two counters: within DynamoDB's 100 writes a transaction. */
const USERS_A_TRANSACTION = 32;
const SEEDERS = 4;
const GROUP = "everyone";

/**
 * What each operation takes in an account of 1,000 users, of 100,000 and, with
 * `PORTCULLIS_BENCH_MILLION=1`, of a million, all of them members of one group. Real clients over
 * real sockets, engines on files. The accounts are called in turn, so that whatever else the
 * machine does happens to all of them: what grows with the account has a ratio that grows.
 */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-scale-"));
  const places: Place[] = [];
  try {
    for (const size of SIZES) places.push(await makePlace(join(folder, String(size)), size));
    for (const name of Object.keys(places[0]?.cases ?? {})) {
      const times = await timed(places.map(({ cases }) => cases[name] as Call));
      const [small = Number.NaN] = times.map(median);
      const figures = times.map((one) => {
        const [low, high] = spread(one);
        return `${digits(median(one)).padStart(5)} ms (${digits(low)} to ${digits(high)})`;
      });
      const ratios = times.slice(1).map((one) => (median(one) / small).toFixed(2));
      console.log(`  ${name.padEnd(46)} ${figures.join("  ")}  ratio ${ratios.join(", ")}`);
    }
  } finally {
    for (const { installation } of places) await installation.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly installation: TestInstallation;
  readonly cases: Readonly<Record<string, Call>>;
}

async function makePlace(dataDirectory: string, size: number): Promise<Place> {
  const started = performance.now();
  const installation = await startInstallation({ dataDirectory });
  const cases = await casesOf(installation);
  const { Group } = await installation.iam.send(
    new sdk.GetGroupCommand({ GroupName: GROUP, MaxItems: 1 }),
  );
  const client = new DynamoDBClient({
    endpoint: installation.local.dynamodbEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const store = dynamoStore({ client, tableName: "portcullis" });
  await seed(store, installation.account, Group?.GroupId ?? "", size);
  client.destroy();
  console.log(`${size} users, made in ${digits((performance.now() - started) / 1000)} s`);
  return { installation, cases };
}

type Call = (round: number) => Promise<unknown>;

async function casesOf({
  iam,
  sts,
  call,
  local,
}: TestInstallation): Promise<Readonly<Record<string, Call>>> {
  const UserName = "probe";
  await iam.send(new sdk.CreateGroupCommand({ GroupName: GROUP }));
  await iam.send(new sdk.CreateUserCommand({ UserName }));
  await iam.send(new sdk.AddUserToGroupCommand({ GroupName: GROUP, UserName }));
  const { AccessKey } = await iam.send(new sdk.CreateAccessKeyCommand({ UserName }));
  const probe = credentialsOf(AccessKey);
  const allow = (round: number) =>
    iam.send(
      new sdk.PutGroupPolicyCommand({
        GroupName: GROUP,
        PolicyName: "orders",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Sid: `Round${round}`, Effect: "Allow", Action: "orders:*", Resource: "*" }],
        }),
      }),
    );
  await allow(0);
  const ask = async () => {
    const { status } = await call(probe, "GET", "/orders");
    if (status !== 200) throw new Error(`the probe was answered ${status}`);
  };
  return {
    "without the table: GET /health": () =>
      fetch(`${local.controlUrl}/health`).then((one) => one.text()),
    "without users: GetCallerIdentity": () => sts.send(new GetCallerIdentityCommand({})),
    CreateUser: (round) =>
      iam.send(new sdk.CreateUserCommand({ UserName: `new-${round}`, Path: "/t5/" })),
    "GetUser, one of the first thousand": (round) =>
      iam.send(new sdk.GetUserCommand({ UserName: nameOf((round * 37) % 1_000) })),
    "ListUsers, the first 100": () => iam.send(new sdk.ListUsersCommand({})),
    "ListUsers, 100 in the middle, by path": () =>
      iam.send(new sdk.ListUsersCommand({ PathPrefix: "/t5/" })),
    "GetGroup, 100 of its members": () =>
      iam.send(new sdk.GetGroupCommand({ GroupName: GROUP, MaxItems: 100 })),
    "RemoveUserFromGroup and AddUserToGroup": async () => {
      await iam.send(new sdk.RemoveUserFromGroupCommand({ GroupName: GROUP, UserName }));
      await iam.send(new sdk.AddUserToGroupCommand({ GroupName: GROUP, UserName }));
    },
    "PutGroupPolicy, for all of them": allow,
    "authorize a request": ask,
    "authorize one after the group's policy changed": async (round) => {
      await allow(round);
      await ask();
    },
    DeleteUser: (round) => iam.send(new sdk.DeleteUserCommand({ UserName: `new-${round}` })),
  };
}

async function timed(calls: readonly Call[]): Promise<readonly number[][]> {
  const times = calls.map((): number[] => []);
  for (let round = 0; round < WARM_UP + CALLS; round++) {
    for (const [at, call] of calls.entries()) {
      const started = performance.now();
      await call(round);
      if (round >= WARM_UP) times[at]?.push(performance.now() - started);
    }
  }
  return times;
}

const nameOf = (number: number): string => `user-${String(number).padStart(7, "0")}`;

/**
 * Users as CreateUser and AddUserToGroup would have left them, written without asking anybody, ten
 * paths in turn.
 */
async function seed(store: Store, account: string, group: string, to: number): Promise<void> {
  let next = 0;
  const seeder = async () => {
    while (next < to) {
      const numbers = Array.from(
        { length: Math.min(USERS_A_TRANSACTION, to - next) },
        (_, at) => next + at,
      );
      next += numbers.length;
      await store.transact([
        ...numbers.flatMap((number) => writesOf(account, group, number)),
        {
          kind: "count",
          key: accountCountKey(account, "users"),
          counter: "count",
          by: numbers.length,
        },
        {
          kind: "count",
          key: groupUsageKey(account, group),
          counter: "members",
          by: numbers.length,
        },
      ]);
    }
  };
  await Promise.all(Array.from({ length: SEEDERS }, seeder));
}

function writesOf(account: string, group: string, number: number): Write[] {
  const name = nameOf(number);
  const path = `/t${number % 10}/`;
  const id = makeUniqueId("user");
  const createdAt = "2026-01-01T00:00:00.000Z";
  const principal = { type: "User", account, name, id, path } as const;
  const nothing = { tags: [], inline: [], attached: [] };
  const user: UserRecord = {
    principal: { ...principal, ...nothing, groups: [group] },
    createdAt,
    accessKeys: [],
  };
  const entry: UserEntry = { name, id, path, createdAt };
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
    put(membershipKey(account, group, name), { userName: name }),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
