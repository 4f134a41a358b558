import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as sdk from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { credentialsOf, startInstallation, type TestInstallation } from "../support/harness.ts";
import { seededName, seedUsers, storeOf } from "../support/seed-users.ts";
import { digits, median, spread } from "./policy-statistics.ts";

const SIZES = process.env.PORTCULLIS_BENCH_MILLION ? [1_000, 100_000, 1_000_000] : [1_000, 100_000];
const CALLS = 100;
const WARM_UP = 15;
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
  const { store, close } = storeOf(installation.local.dynamodbEndpoint);
  await seedUsers(store, {
    account: installation.account,
    group: Group?.GroupId ?? "",
    count: size,
  });
  close();
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
      iam.send(new sdk.GetUserCommand({ UserName: seededName((round * 37) % 1_000) })),
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
