import type { Log } from "./decision-log.ts";
import { logJson } from "./json-lines.ts";
import { terminalLine } from "./terminal-line.ts";

export type LogFormat = "json" | "text";

/**
 * How decisions are written: as `PORTCULLIS_LOG` says, else as text for people on a terminal and as
 * JSON for programs elsewhere.
 * @throws {RangeError} when `PORTCULLIS_LOG` is neither `json` nor `text`
 */
export function logFormat(
  { PORTCULLIS_LOG: format }: NodeJS.ProcessEnv = process.env,
  isTerminal: boolean = process.stdout.isTTY === true,
): LogFormat {
  if (format === undefined || format === "") return isTerminal ? "text" : "json";
  if (format !== "json" && format !== "text")
    throw new RangeError(`PORTCULLIS_LOG must be json or text, not \`${format}\``);
  return format;
}

/** Writes each decision as one line on stdout. */
export function logToStdout(format: LogFormat = logFormat()): Log {
  if (format === "json") return logJson;
  return (line) => {
    process.stdout.write(`${terminalLine(line)}\n`);
  };
}
