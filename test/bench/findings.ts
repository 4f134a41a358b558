import * as analyzer from "@aws-sdk/client-accessanalyzer";
import {
  type AccessAnalyzerClient,
  CreateAnalyzerCommand,
  ListFindingsV2Command,
} from "@aws-sdk/client-accessanalyzer";
import { measuredInstallation } from "../support/measured/measured-installation.ts";
import { seedPrincipals } from "../support/seed-principals.ts";
import { storeOf } from "../support/seed-users.ts";
import { sizesOf } from "./in-turn.ts";
import { digits } from "./policy-statistics.ts";

/** `PORTCULLIS_BENCH_PRINCIPALS=1000,100000` for other sizes. */
const SIZES = sizesOf("PORTCULLIS_BENCH_PRINCIPALS", [1_000, 10_000]);

/**
 * What Access Analyzer's findings cost in accounts of different sizes, nine tenths of whose
 * principals are users: processor time and memory of the installation's process, which holds the
 * functions and the emulated gateway, but not the engine.
 */
export async function run(): Promise<void> {
  for (const size of SIZES) {
    const product = await measuredInstallation();
    try {
      const { store, close } = storeOf(product.dynamodbEndpoint);
      const roles = Math.floor(size / 10);
      const { account } = product;
      await seedPrincipals(store, { account, users: size - roles, roles, now: new Date() });
      close();
      const client = new analyzer.AccessAnalyzerClient({
        endpoint: product.controlUrl,
        region: "us-east-1",
        credentials: product.root,
        maxAttempts: 1,
      });
      console.log(`  ${size} users and roles`);
      for (const type of ["ACCOUNT", "ACCOUNT_UNUSED_ACCESS"] as const) {
        const { arn = "" } = await client.send(
          new CreateAnalyzerCommand({ analyzerName: type, type }),
        );
        await product.take();
        const { calls, found } = await listAll(client, arn);
        const { longestMilliseconds, processorMilliseconds, megabytes } = await product.take();
        const seconds = processorMilliseconds / 1000;
        const figures = [
          `${digits(seconds)} s of processor time`,
          `${digits((seconds * 1_000_000) / size)} µs a principal`,
          `${calls} calls`,
          `${found} findings`,
          `the loop's longest turn ${digits(longestMilliseconds)} ms`,
          `${Math.round(megabytes)} MB`,
        ];
        console.log(`    ${type.padEnd(24)} ${figures.join(", ")}`);
      }
      client.destroy();
    } finally {
      await product.stop();
    }
  }
}

async function listAll(client: AccessAnalyzerClient, analyzerArn: string) {
  let calls = 0;
  let found = 0;
  let nextToken: string | undefined;
  do {
    const input = { analyzerArn, maxResults: 1000, nextToken };
    const page = await client.send(new ListFindingsV2Command(input));
    calls++;
    found += page.findings?.length ?? 0;
    ({ nextToken } = page);
  } while (nextToken !== undefined);
  return { calls, found };
}
