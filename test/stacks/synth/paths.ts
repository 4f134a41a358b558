import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../../..");
/** SST's components and the Pulumi packages they stand on; `scripts/sst-install.mjs` makes it. */
export const PLATFORM = join(ROOT, ".sst/platform");
/**
 * For what SST writes while it runs, such as zipped code; each process has its own and removes it.
 */
export const WORK = join(tmpdir(), `portcullis-synth-${process.pid}`);
