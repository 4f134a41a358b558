import { type FileResult, percentOf, reasonText, type Share } from "@portcullis/testing";
import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { coloured } from "../output/colour.ts";
import type { Report } from "../output/report.ts";
import { formatted, print } from "../output/write-report.ts";
import { runFile } from "../testing/run-file.ts";
import { testFilesIn } from "../testing/test-files-in.ts";
import { watchAndRun } from "../testing/watch.ts";
import {
  type FormatOptions,
  formatOf,
  formatOption,
  jsonOption,
  serviceOption,
} from "./options.ts";

interface Options extends FormatOptions {
  readonly service: readonly string[];
  readonly watch?: true;
  readonly verbose?: true;
}

export function addTest(policy: Command): void {
  policy
    .command("test")
    .description("run tests of policies")
    .argument(
      "<files...>",
      "test files in YAML or JSON, or directories with *.test.yaml, .yml and .json",
    )
    .addOption(serviceOption())
    .option("--watch", "run again whenever a file changes")
    .option("--verbose", "list tests that pass, and what no test reaches")
    .addOption(formatOption())
    .addOption(jsonOption())
    .action(async (paths: readonly string[], options: Options) => {
      if (options.watch === true) await watchAndRun(paths, () => test(paths, options));
      else await test(paths, options);
    });
}

async function test(paths: readonly string[], options: Options): Promise<void> {
  const now = new Date();
  const files: FileResult[] = [];
  for (const file of testFilesIn(paths)) files.push(await runFile(file, options.service, now));
  print(formatted(reportOf(files, options.verbose === true), formatOf(options)));
  const failed = files.some(
    ({ results, coverageFaults }) =>
      coverageFaults.length > 0 || results.some(({ failure }) => failure !== undefined),
  );
  process.exitCode = failed ? EXIT.found : EXIT.ok;
}

function reportOf(files: readonly FileResult[], verbose: boolean): Report {
  return {
    tool: "portcullis policy test",
    problems: files.flatMap(({ file, results, coverageFaults }) => [
      ...results.flatMap(({ name, line, failure }) =>
        failure === undefined
          ? []
          : [
              {
                file,
                level: "error" as const,
                rule: "TEST_FAILED",
                title: "Policy test failed",
                message: `${name}: ${failure}`,
                place: { line, column: 1 },
              },
            ],
      ),
      ...coverageFaults.map((message) => ({
        file,
        level: "error" as const,
        rule: "COVERAGE",
        title: "Coverage is too low",
        message,
      })),
    ]),
    suites: files.map(({ file, results, coverageFaults }) => ({
      name: file,
      cases: [
        ...results.map(({ name, failure }) => ({ name, failure })),
        ...coverageFaults.map((failure) => ({ name: "coverage", failure })),
      ],
    })),
    text: () => files.map((file) => textOf(file, verbose)).join("\n"),
    json: {
      files: files.map(({ file, results, coverage, coverageFaults }) => ({
        file,
        tests: results.map(
          ({ name, line, principal, request, expect, statement, failure, explanations }) => ({
            name,
            line,
            principal,
            request,
            expect,
            statement,
            passed: failure === undefined,
            failure,
            decisions: explanations.map(({ decision }) => decision),
          }),
        ),
        coverage,
        coverageFaults,
      })),
    },
  };
}

function textOf({ file, results, coverage, coverageFaults }: FileResult, verbose: boolean): string {
  const lines = results.flatMap(({ name, line, failure, explanations }) => {
    if (failure !== undefined)
      return [`${coloured("red", "FAIL")} ${file}:${line} ${name}`, `     ${failure}`];
    const [first] = explanations;
    const reason = first === undefined ? "" : coloured("dim", ` (${reasonText(first)})`);
    return verbose ? [`${coloured("green", "ok")}   ${name}${reason}`] : [];
  });
  const failures = results.filter(({ failure }) => failure !== undefined).length;
  const summary =
    failures === 0
      ? coloured("green", `${results.length} passed`)
      : coloured("red", `${failures} of ${results.length} failed`);
  return [
    ...lines,
    ...coverageFaults.map((fault) => `${coloured("red", "FAIL")} ${file} coverage: ${fault}`),
    `${file}: ${summary}; statements ${shareText(coverage.statements)}, actions ${shareText(coverage.actions)}.`,
    ...(verbose
      ? [...coverage.statements.missing, ...coverage.actions.missing].map((name) =>
          coloured("dim", `  not reached: ${name}`),
        )
      : []),
  ].join("\n");
}

const shareText = (share: Share): string =>
  share.total === 0 ? "none" : `${share.reached} of ${share.total} (${percentOf(share)} %)`;
