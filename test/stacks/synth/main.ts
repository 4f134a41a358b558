/**
 * Runs the real `sst.config.ts` without AWS, for one stage after the other. Prints as JSON what a
 * deployment of each would create, or why it is refused and what was created until then.
 * Usage: node test/stacks/synth/main.ts <bundled program> <its folder> < <stages as JSON>
 */
import { rmSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type Build, startCliServer } from "./cli-server.ts";
import type { Existing } from "./cloud.ts";
import { WORK } from "./paths.ts";
import { loadProgram } from "./program.ts";
import { deployNowhere, type Resource } from "./pulumi.ts";

const SETTLE_MS = 500;

interface StageInput {
  readonly stage: string;
  readonly dev: boolean;
  readonly existing: Existing;
  readonly variables: Readonly<Record<string, string>>;
}

// A rejected Output would otherwise leave Pulumi waiting for ever.
let fail: (reason: unknown) => void = () => {};
for (const event of ["unhandledRejection", "uncaughtException"])
  process.on(event, (reason) => fail(reason));

const [bundle = "", folder = ""] = process.argv.slice(2);
const results: object[] = [];
for (const input of JSON.parse(await text(process.stdin))) results.push(await synthesize(input));
rmSync(WORK, { recursive: true, force: true });
process.stdout.write(JSON.stringify(results), () => process.exit(0));

async function synthesize({ stage, dev, existing, variables }: StageInput): Promise<object> {
  const environment = { ...process.env };
  Object.assign(process.env, variables);
  const builds: Build[] = [];
  const resources: Resource[] = [];
  const server = await startCliServer(folder, builds);
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  try {
    const { app, program } = await loadProgram(bundle, folder, stage, dev);
    const outputs = await Promise.race([deployNowhere(app, program, resources, existing), failed]);
    return { app, outputs, builds, resources };
  } catch (error) {
    // Requests from before the failure are still in progress.
    await new Promise((settled) => setTimeout(settled, SETTLE_MS));
    const types = resources.map(({ type }) => type);
    return {
      refusal: error instanceof Error ? error.message : String(error),
      touched: types.filter((type) => type.startsWith("aws:")),
    };
  } finally {
    server.close();
    process.env = environment;
  }
}
