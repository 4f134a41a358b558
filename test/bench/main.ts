import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * `npm run bench [name ...]`: every module of this folder that exports `run`, or those named. They
 * report ratios measured in one run, as medians with their spread; nothing here passes or fails.
 */
const named = process.argv.slice(2);
for (const file of readdirSync(import.meta.dirname).sort()) {
  const name = file.replace(/\.ts$/, "");
  if (name === file || name === "main" || (named.length > 0 && !named.includes(name))) continue;
  const module: { readonly run?: () => Promise<void> } = await import(
    join(import.meta.dirname, file)
  );
  if (module.run === undefined) continue;
  process.stdout.write(`\n## ${name}\n`);
  await module.run();
}
