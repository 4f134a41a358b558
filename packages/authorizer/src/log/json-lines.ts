import type { Log } from "./decision-log.ts";

/** Writes each decision as one JSON line on stdout, which Lambda takes for the log. */
export const logJson: Log = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
