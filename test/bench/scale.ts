import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as sdk from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { credentialsOf, startInstallation, type TestInstallation } from "../support/harness.ts";
import { seededName, seedUsers, storeOf } from "../support/seed-users.ts";
import { type Cases, compareInTurn, sizesOf } from "./in-turn.ts";
import { digits } from "./policy-statistics.ts";
import { measureWhole } from "./scale-whole.ts";

/** `PORTCULLIS_BENCH_USERS=1000,1000000` for other sizes. */
const SIZES = sizesOf("PORTCULLIS_BENCH_USERS", [1_000, 100_000]);
const GROUP = "everyone";
const PASSWORD = "Correct horse battery staple 1";
/** How far down the list the pages in the middle are. */
const PAGES_BEFORE_MIDDLE = 4;

/**
 * What each operation takes in accounts of different sizes, whose users are all members of one
 * group. Real clients over real sockets, engines on files. Then what reads a whole account: that
 * should be linear.
 */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-scale-"));
  const places: Place[] = [];
  const stop = async () => {
    for (const { installation } of places.splice(0)) await installation.stop();
  };
  try {
    for (const size of SIZES) places.push(await makePlace(join(folder, String(size)), size));
    await compareInTurn(places.map(({ cases }) => cases));
    await stop();
    for (const size of SIZES) await measureWhole(join(folder, String(size)));
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly installation: TestInstallation;
  readonly cases: Cases;
}

async function makePlace(dataDirectory: string, size: number): Promise<Place> {
  const started = performance.now();
  const installation = await startInstallation({ dataDirectory });
  const { iam, account, local } = installation;
  const { Group } = await iam.send(new sdk.CreateGroupCommand({ GroupName: GROUP }));
  const { store, close } = storeOf(local.dynamodbEndpoint);
  await seedUsers(store, { account, group: Group?.GroupId ?? "", count: size });
  close();
  console.log(`${size} users, made in ${digits((performance.now() - started) / 1000)} s`);
  return { installation, cases: await casesOf(installation) };
}

async function casesOf({ iam, sts, call, local, account }: TestInstallation): Promise<Cases> {
  const UserName = "probe";
  await iam.send(new sdk.CreateUserCommand({ UserName }));
  await iam.send(new sdk.AddUserToGroupCommand({ GroupName: GROUP, UserName }));
  await iam.send(new sdk.CreateLoginProfileCommand({ UserName, Password: PASSWORD }));
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
  let middle: string | undefined;
  for (let page = 0; page < PAGES_BEFORE_MIDDLE; page++) {
    const request = middle === undefined ? {} : { Marker: middle };
    middle = (await iam.send(new sdk.ListUsersCommand(request))).Marker;
  }
  const body = JSON.stringify({ account, userName: UserName, password: PASSWORD });
  return {
    "without the table: GET /health": () =>
      fetch(`${local.controlUrl}/health`).then((one) => one.text()),
    "without users: GetCallerIdentity": () => sts.send(new GetCallerIdentityCommand({})),
    CreateUser: (round) =>
      iam.send(new sdk.CreateUserCommand({ UserName: `new-${round}`, Path: "/t5/" })),
    "GetUser, one of the first thousand": (round) =>
      iam.send(new sdk.GetUserCommand({ UserName: seededName((round * 37) % 1_000) })),
    "ListUsers, the first 100": () => iam.send(new sdk.ListUsersCommand({})),
    "ListUsers, 100 further on": () => iam.send(new sdk.ListUsersCommand({ Marker: middle })),
    "ListUsers, 100 in the middle, by path": () =>
      iam.send(new sdk.ListUsersCommand({ PathPrefix: "/t5/" })),
    "GetGroup, 100 of its members": () =>
      iam.send(new sdk.GetGroupCommand({ GroupName: GROUP, MaxItems: 100 })),
    "GetAccountAuthorizationDetails, 100 users": () =>
      iam.send(new sdk.GetAccountAuthorizationDetailsCommand({ MaxItems: 100 })),
    GetAccountSummary: () => iam.send(new sdk.GetAccountSummaryCommand({})),
    "RemoveUserFromGroup and AddUserToGroup": async () => {
      await iam.send(new sdk.RemoveUserFromGroupCommand({ GroupName: GROUP, UserName }));
      await iam.send(new sdk.AddUserToGroupCommand({ GroupName: GROUP, UserName }));
    },
    "PutGroupPolicy, for all of them": allow,
    "sign in": () =>
      fetch(`${local.controlUrl}/signin`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      }).then((answer) => {
        if (answer.status !== 200) throw new Error(`the sign-in was answered ${answer.status}`);
        return answer.text();
      }),
    "authorize a request": ask,
    "authorize one after the group's policy changed": async (round) => {
      await allow(round);
      await ask();
    },
    DeleteUser: (round) => iam.send(new sdk.DeleteUserCommand({ UserName: `new-${round}` })),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
