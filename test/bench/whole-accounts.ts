import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as analyzer from "@aws-sdk/client-accessanalyzer";
import * as iam from "@aws-sdk/client-iam";
import { exportAccount } from "../../packages/local/src/accounts/export.ts";
import { openLocal } from "../../packages/local/src/accounts/operated-installation.ts";
import { startInstallation } from "../support/harness.ts";
import {
  type MeasuredInstallation,
  measuredInstallation,
} from "../support/measured/measured-installation.ts";
import { seedPrincipals } from "../support/seed-principals.ts";
import { sizesOf } from "./in-turn.ts";
import { digits } from "./policy-statistics.ts";

/** `PORTCULLIS_BENCH_PRINCIPALS=1000,100000` for other sizes. */
const SIZES = sizesOf("PORTCULLIS_BENCH_PRINCIPALS", [1_000, 10_000]);

/**
 * What reads a whole account of users and roles, nine tenths of which are users with an access key:
 * processor time and memory of the installation's process, which holds the functions and the
 * emulated gateway, but neither the engine nor the client. All of it should be linear.
 */
export async function run(): Promise<void> {
  for (const size of SIZES) {
    const dataDirectory = mkdtempSync(join(tmpdir(), "portcullis-whole-"));
    try {
      console.log(`  ${size} users and roles`);
      const { account, stop } = await startInstallation({ dataDirectory });
      await stop();
      await exported(dataDirectory, account, size);
      const product = await measuredInstallation({ dataDirectory });
      try {
        await readByApi(product, size);
      } finally {
        await product.stop();
      }
    } finally {
      rmSync(dataDirectory, { recursive: true, force: true });
    }
  }
}

/** Fills the account, and measures its export, in this process. */
async function exported(dataDirectory: string, account: string, size: number): Promise<void> {
  const operated = await openLocal({
    dataDirectory,
    dynamodbEndpoint: undefined,
    accountId: account,
  });
  try {
    const { store, sealer } = operated;
    const roles = Math.floor(size / 10);
    const now = new Date();
    await seedPrincipals(store, { account, users: size - roles, roles, now, sealer });
    const path = join(dataDirectory, "export");
    const before = process.cpuUsage();
    const options = { path, passphrase: "a passphrase of the benchmark", now };
    const items = await exportAccount(operated, account, options);
    const { user, system } = process.cpuUsage(before);
    report("npm run account -- export", size, (user + system) / 1000, [`${items} items`]);
  } finally {
    await operated.close();
  }
}

async function readByApi(product: MeasuredInstallation, size: number): Promise<void> {
  const options = {
    endpoint: product.controlUrl,
    region: "us-east-1",
    credentials: product.root,
    maxAttempts: 1,
  };
  const client = new iam.IAMClient(options);
  const analyzers = new analyzer.AccessAnalyzerClient(options);
  const measure = async (name: string, calls: () => Promise<number>) => {
    await product.take();
    const made = await calls();
    const { longestMilliseconds, processorMilliseconds, megabytes } = await product.take();
    report(name, size, processorMilliseconds, [
      `${made} calls`,
      `the loop's longest turn ${digits(longestMilliseconds)} ms`,
      `${Math.round(megabytes)} MB`,
    ]);
  };
  await measure("ListUsers", () => countOf(iam.paginateListUsers({ client }, { MaxItems: 1000 })));
  await measure("GetAccountAuthorizationDetails", () =>
    countOf(iam.paginateGetAccountAuthorizationDetails({ client }, { MaxItems: 1000 })),
  );
  await measure("the credential report", () => credentialReport(client));
  for (const type of ["ACCOUNT", "ACCOUNT_UNUSED_ACCESS"] as const) {
    const input = { analyzerName: type, type };
    const { arn } = await analyzers.send(new analyzer.CreateAnalyzerCommand(input));
    await measure(`findings of ${type}`, () =>
      countOf(
        analyzer.paginateListFindingsV2(
          { client: analyzers, pageSize: 1000 },
          { analyzerArn: arn },
        ),
      ),
    );
  }
  client.destroy();
  analyzers.destroy();
}

async function countOf(pages: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of pages) count++;
  return count;
}

/** Generates and gets it. The calls that a refused one took, if it is too large. */
async function credentialReport(client: iam.IAMClient): Promise<number> {
  for (let calls = 1; ; calls++) {
    try {
      const { State } = await client.send(new iam.GenerateCredentialReportCommand({}));
      if (State !== "COMPLETE") continue;
      await client.send(new iam.GetCredentialReportCommand({}));
      return calls + 1;
    } catch (error) {
      if (!(error instanceof iam.LimitExceededException)) throw error;
      return calls;
    }
  }
}

function report(name: string, size: number, milliseconds: number, more: readonly string[]): void {
  const times = `${digits(milliseconds / 1000)} s, ${digits((milliseconds * 1000) / size)} µs each`;
  console.log(`    ${name.padEnd(34)} ${[times, ...more].join(", ")}`);
}
