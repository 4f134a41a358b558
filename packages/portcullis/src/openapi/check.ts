import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import type { Command } from "commander";
import { loadDefinition } from "../dev/load-definition.ts";
import { EXIT } from "../exit-code.ts";
import { coloured } from "../output/colour.ts";
import type { Report } from "../output/report.ts";
import { formatted, print } from "../output/write-report.ts";
import { type FormatOptions, formatOf, formatOption, jsonOption } from "../policy/options.ts";
import { type Comparison, compare } from "./differences.ts";
import { readDocument } from "./document.ts";
import { basePathOption } from "./options.ts";

interface Options extends FormatOptions {
  readonly service: string;
  readonly basePath?: string;
}

export function addCheckDefinition(openapi: Command): void {
  openapi
    .command("check")
    .description("compare an OpenAPI document with a service definition")
    .argument("<document>", "an OpenAPI document of version 3.0 or 3.1: JSON or YAML")
    .requiredOption("--service <file>", "the service definition: JSON, YAML or a module")
    .addOption(basePathOption())
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText("after", "\nExit codes: 0 they agree; 1 they differ; 2 wrong usage or input.")
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const document = readDocument(path, options.basePath);
  const definition = await loadDefinition(options.service);
  const comparison = compare(document, definition);
  print(formatted(reportOf(path, definition, comparison), formatOf(options)));
  process.exitCode = comparison.differences.length === 0 ? EXIT.ok : EXIT.found;
}

function reportOf(path: string, definition: ServiceDefinition, comparison: Comparison): Report {
  const { differences, operations, covered } = comparison;
  return {
    tool: "portcullis openapi check",
    problems: differences.map(({ kind, message, line }) => ({
      file: path,
      level: "error",
      rule: kind,
      title: TITLES[kind],
      message,
      place: { line, column: 1 },
    })),
    suites: [
      {
        name: path,
        cases:
          differences.length === 0
            ? [{ name: "no differences" }]
            : differences.map(({ kind, routeKey, message }) => ({
                name: `${kind} ${routeKey}`,
                failure: message,
              })),
      },
    ],
    text: () => textOf(path, comparison),
    json: { service: definition.service, operations, covered, differences },
  };
}

const TITLES: Readonly<Record<Comparison["differences"][number]["kind"], string>> = {
  MISSING_ROUTE: "Operation without a route",
  UNKNOWN_ROUTE: "Route without an operation",
  PUBLIC_ROUTE: "Public operation that is protected",
  OTHER_ACTION: "Another action",
  OTHER_RESOURCE: "Another resource",
  OTHER_ACCOUNT: "Another account",
  OTHER_ACCESS_LEVEL: "Another access level",
};

function textOf(path: string, { differences, operations, covered }: Comparison): string {
  const lines = differences.map(
    ({ kind, message, line }) => `${path}:${line}: ${coloured("red", kind)}\n  ${message}`,
  );
  const share = operations === 0 ? 100 : Math.floor((100 * covered) / operations);
  return [
    ...lines,
    `${covered} of ${operations} operations have a route (${share} %); ${differencesText(differences.length)}.`,
  ].join("\n");
}

const differencesText = (count: number): string =>
  count === 0 ? "no differences" : count === 1 ? "1 difference" : `${count} differences`;
