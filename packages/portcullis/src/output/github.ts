import { relative } from "node:path";
import type { Problem, Report } from "./report.ts";

const COMMANDS = { error: "error", warning: "warning", note: "notice" } as const;

/** Workflow commands, which GitHub Actions shows beside the lines. */
export function githubOf({ problems }: Report): string {
  return problems.map(annotation).join("\n");
}

function annotation({ file, level, title, message, place }: Problem): string {
  const properties = {
    file: relative(process.cwd(), file),
    line: place?.line,
    col: place?.column,
    endLine: place?.endLine,
    endColumn: place?.endColumn,
    title,
  };
  const list = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${COMMANDS[level]} ${list.join(",")}::${data(message)}`;
}

const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
