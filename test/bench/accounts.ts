import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as sdk from "@aws-sdk/client-iam";
import * as organizations from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { startInstallation, type TestInstallation } from "../support/harness.ts";
import { seedAccounts } from "../support/seed-accounts.ts";
import { addUser, openOrganization } from "../support/tenant.ts";
import { type Cases, compareInTurn, sizesOf } from "./in-turn.ts";
import { digits } from "./policy-statistics.ts";

/** `PORTCULLIS_BENCH_ACCOUNTS=100,100000` for other sizes. */
const SIZES = sizesOf("PORTCULLIS_BENCH_ACCOUNTS", [100, 5_000]);
const PAGES_BEFORE_MIDDLE = 3;

/** What operations take in organizations of different sizes, all accounts in the root. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-accounts-"));
  const places: { readonly installation: TestInstallation; readonly cases: Cases }[] = [];
  try {
    for (const size of SIZES) {
      const started = performance.now();
      const dataDirectory = join(folder, String(size));
      const installation = await startInstallation({ dataDirectory });
      const cases = await casesOf(installation, size);
      console.log(`${size} accounts, made in ${digits((performance.now() - started) / 1000)} s`);
      places.push({ installation, cases });
    }
    await compareInTurn(places.map(({ cases }) => cases));
  } finally {
    for (const { installation } of places) await installation.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function casesOf(installation: TestInstallation, size: number): Promise<Cases> {
  const { open, operator } = await openOrganization(installation);
  const tenant = await open("probe");
  await seedAccounts(installation, tenant, size);
  const iam = installation.iamAs(tenant.admin);
  const sts = installation.stsAs(operator);
  const client = installation.organizations;
  const probe = await addUser(iam, "probe");
  await iam.send(
    new sdk.PutUserPolicyCommand({
      UserName: "probe",
      PolicyName: "orders",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "orders:*", Resource: "*" },
      }),
    }),
  );
  let middle: string | undefined;
  for (let page = 0; page < PAGES_BEFORE_MIDDLE; page++) {
    const request = middle === undefined ? {} : { NextToken: middle };
    middle = (await client.send(new organizations.ListAccountsCommand(request))).NextToken;
  }
  const page = middle === undefined ? {} : { NextToken: middle };
  return {
    GetCallerIdentity: () =>
      installation.stsAs(tenant.admin).send(new GetCallerIdentityCommand({})),
    "authorize a request in a member account": async () => {
      const { status } = await installation.call(probe, "GET", "/orders");
      if (status !== 200) throw new Error(`the probe was answered ${status}`);
    },
    "AssumeRole into a member account": () =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${tenant.id}:role/OrganizationAccountAccessRole`,
          RoleSessionName: "bench",
        }),
      ),
    "CreateUser in a member account": (round) =>
      iam.send(new sdk.CreateUserCommand({ UserName: `new-${round}` })),
    "ListAccounts, the first 20": () => client.send(new organizations.ListAccountsCommand({})),
    "ListAccounts, 20 further on": () => client.send(new organizations.ListAccountsCommand(page)),
    DescribeAccount: () =>
      client.send(new organizations.DescribeAccountCommand({ AccountId: tenant.id })),
    CreateAccount: (round) =>
      client.send(
        new organizations.CreateAccountCommand({
          AccountName: `new-${round}`,
          Email: `new-${round}@example.com`,
        }),
      ),
    "CreateAccessKey in a member account": (round) =>
      iam.send(new sdk.CreateAccessKeyCommand({ UserName: `new-${round}` })),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await run();
