import { bundledAuthorizer } from "./authorizer-bundle.ts";
import { report as cold } from "./authorizer-cold.ts";
import { report as load } from "./authorizer-load.ts";
import { report as processor } from "./authorizer-processor.ts";
import { report as warm } from "./authorizer-warm.ts";

/**
 * The authorizer: what it weighs, what a decision costs, how soon it is ready, and what it bears.
 */
export async function run(): Promise<void> {
  const { startBytes, laterBytes, remove } = await bundledAuthorizer();
  remove();
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);
  console.log(
    `  bundle, minified and gzipped       ${kilobytes(startBytes)} KB, and ${kilobytes(laterBytes)} KB that wait for a token or a denial`,
  );
  await warm();
  await processor();
  await cold();
  await load();
}
