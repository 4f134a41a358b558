import { githubOf } from "./github.ts";
import { junitOf } from "./junit.ts";
import type { Report } from "./report.ts";
import { sarifOf } from "./sarif.ts";

export const FORMATS = ["text", "json", "junit", "sarif", "github"] as const;
export type Format = (typeof FORMATS)[number];

const FORMS: Readonly<Record<Format, (report: Report) => string>> = {
  text: ({ text }) => text(),
  json: ({ json }) => jsonText(json),
  junit: junitOf,
  sarif: (report) => jsonText(sarifOf(report)),
  github: githubOf,
};

export const jsonText = (value: object): string => JSON.stringify(value, undefined, 2);

/** A report in one of the forms. */
export const formatted = (report: Report, format: Format): string => FORMS[format](report);

/** Prints lines to standard output. Nothing is printed for an empty text. */
export function print(text: string): void {
  if (text !== "") process.stdout.write(`${text}\n`);
}
