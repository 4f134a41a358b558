import { type FindingType, lintPolicy, type PolicyFinding } from "@portcullis/analysis";
import { type Command, Option } from "commander";
import { EXIT } from "../exit-code.ts";
import { likelyKind, policyFiles } from "../input/policy-files.ts";
import { readServices } from "../input/services.ts";
import { coloured } from "../output/colour.ts";
import type { Level, Problem, Report } from "../output/report.ts";
import { formatted, print } from "../output/write-report.ts";
import {
  type FormatOptions,
  formatOf,
  formatOption,
  jsonOption,
  type KindName,
  kindOption,
  serviceOption,
} from "./options.ts";

const SEVERITIES = ["ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION"] as const;

interface Options extends FormatOptions {
  readonly kind?: KindName;
  readonly service: readonly string[];
  readonly failOn: FindingType | "NONE";
}

export function addCheck(policy: Command): void {
  policy
    .command("check")
    .description("look for faults in policy documents")
    .argument("<files...>", "policy documents, or directories of them")
    .addOption(kindOption())
    .addOption(serviceOption())
    .addOption(
      new Option("--fail-on <type>", "the mildest finding that makes the exit code 1")
        .choices([...SEVERITIES, "NONE"])
        .default("SECURITY_WARNING"),
    )
    .addOption(formatOption())
    .addOption(jsonOption())
    .action(check);
}

interface CheckedFile {
  readonly path: string;
  readonly findings: readonly PolicyFinding[];
}

async function check(paths: readonly string[], options: Options): Promise<void> {
  const { indexed } = await readServices(options.service);
  const files = policyFiles(paths).map(({ path, text }) => {
    const kind = options.kind ?? likelyKind(text);
    return { path, findings: lintPolicy(text, { kind, services: indexed }).findings };
  });
  print(formatted(reportOf(files), formatOf(options)));
  const worst = SEVERITIES.slice(0, SEVERITIES.indexOf(options.failOn as FindingType) + 1);
  const fails = files.some(({ findings }) =>
    findings.some(({ findingType }) => worst.includes(findingType)),
  );
  process.exitCode = fails ? EXIT.found : EXIT.ok;
}

const LEVELS: Readonly<Record<FindingType, Level>> = {
  ERROR: "error",
  SECURITY_WARNING: "error",
  WARNING: "warning",
  SUGGESTION: "note",
};

function reportOf(files: readonly CheckedFile[]): Report {
  return {
    tool: "portcullis policy check",
    problems: files.flatMap(({ path, findings }) => findings.map((one) => problemOf(path, one))),
    suites: files.map(({ path, findings }) => ({
      name: path,
      cases:
        findings.length === 0
          ? [{ name: "no findings" }]
          : findings.map((one) => ({
              name: `${one.issueCode} at ${placeText(one)}`,
              ...(LEVELS[one.findingType] === "error" ? { failure: one.findingDetails } : {}),
            })),
    })),
    text: () => textOf(files),
    json: { files },
  };
}

function problemOf(file: string, finding: PolicyFinding): Problem {
  const span = finding.locations[0]?.span;
  return {
    file,
    level: LEVELS[finding.findingType],
    rule: finding.issueCode,
    title: finding.title,
    message: finding.findingDetails,
    help: finding.learnMoreLink,
    ...(span === undefined
      ? {}
      : {
          place: {
            line: span.start.line,
            column: span.start.column,
            endLine: span.end.line,
            endColumn: span.end.column,
          },
        }),
  };
}

function placeText({ locations }: PolicyFinding): string {
  const start = locations[0]?.span.start;
  return start === undefined ? "1:1" : `${start.line}:${start.column}`;
}

const STYLES = { error: "red", warning: "yellow", note: "cyan" } as const;

function textOf(files: readonly CheckedFile[]): string {
  const lines = files.flatMap(({ path, findings }) =>
    findings.flatMap((one) => [
      `${path}:${placeText(one)}: ${coloured(STYLES[LEVELS[one.findingType]], one.findingType)} ${coloured("bold", one.issueCode)}`,
      `  ${one.findingDetails}`,
      ...one.fixes.map(({ title }) => coloured("dim", `  fix: ${title}`)),
    ]),
  );
  const count = files.reduce((sum, { findings }) => sum + findings.length, 0);
  const found = count === 0 ? "no findings" : count === 1 ? "1 finding" : `${count} findings`;
  return [...lines, `${filesText(files.length)}: ${found}.`].join("\n");
}

const filesText = (count: number): string => (count === 1 ? "1 policy" : `${count} policies`);
