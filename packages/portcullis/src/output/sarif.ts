import { relative, sep } from "node:path";
import type { Level, Problem, Report } from "./report.ts";

/** SARIF 2.1.0, as code scanning services read it. */
export function sarifOf({ tool, problems }: Report): object {
  const rules = [...new Map(problems.map((problem) => [problem.rule, problem])).values()];
  const indexOf = new Map(rules.map(({ rule }, index) => [rule, index]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: tool,
            rules: rules.map(({ rule, title, help, level }) => ({
              id: rule,
              shortDescription: { text: title },
              ...(help === undefined ? {} : { helpUri: help }),
              defaultConfiguration: { level: LEVELS[level] },
            })),
          },
        },
        results: problems.map((problem) => ({
          ruleId: problem.rule,
          ruleIndex: indexOf.get(problem.rule),
          level: LEVELS[problem.level],
          message: { text: problem.message },
          locations: [{ physicalLocation: locationOf(problem) }],
        })),
      },
    ],
  };
}

const LEVELS: Readonly<Record<Level, string>> = {
  error: "error",
  warning: "warning",
  note: "note",
};

function locationOf({ file, place }: Problem): object {
  const { line, column, endLine, endColumn } = place ?? { line: 1, column: 1 };
  return {
    artifactLocation: { uri: encodeURI(relative(process.cwd(), file).split(sep).join("/")) },
    region: {
      startLine: line,
      startColumn: column,
      ...(endLine === undefined ? {} : { endLine, endColumn }),
    },
  };
}
