/**
 * Runs the real `sst.config.ts` for one stage without AWS. Prints as JSON what a deployment would
 * create, or on stderr why it is refused and what was created until then.
 * Usage: node test/stacks/synth/main.ts <bundled program> <its folder> <stage> [--dev]. One stage a
 * process: SST and Pulumi have global state.
 */
import { rmSync, writeSync } from "node:fs";
import { type Build, startCliServer } from "./cli-server.ts";
import type { Existing } from "./cloud.ts";
import { WORK } from "./paths.ts";
import { loadProgram } from "./program.ts";
import { deployNowhere, type Resource } from "./pulumi.ts";

// A rejected Output would otherwise leave Pulumi waiting for ever.
for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, fail);

const [bundle = "", folder = "", stage = "", flag] = process.argv.slice(2);
const existing: Existing = JSON.parse(process.env.SYNTH_EXISTING ?? "{}");
const builds: Build[] = [];
const resources: Resource[] = [];
const server = await startCliServer(folder, builds);
try {
  const { app, program } = await loadProgram(bundle, folder, stage, flag === "--dev");
  const outputs = await deployNowhere(app, program, resources, existing);
  finish(JSON.stringify({ app, outputs, builds, resources }));
} catch (error) {
  fail(error);
}

function finish(output: string): void {
  server.close();
  rmSync(WORK, { recursive: true, force: true });
  process.stdout.write(`${output}\n`, () => process.exit(0));
}

function fail(error: unknown): never {
  rmSync(WORK, { recursive: true, force: true });
  const refusal = error instanceof Error ? error.message : String(error);
  writeSync(
    2,
    JSON.stringify({
      refusal,
      touched: resources.map(({ type }) => type).filter((type) => type.startsWith("aws:")),
    }),
  );
  process.exit(1);
}
