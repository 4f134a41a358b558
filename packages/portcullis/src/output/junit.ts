import type { Report, Suite } from "./report.ts";

/** JUnit XML, as CI services read it. */
export function junitOf({ tool, suites }: Report): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(tool)}" ${countsOf(suites)}>`,
    ...suites.map((suite) =>
      [
        `  <testsuite name="${escaped(suite.name)}" ${countsOf([suite])}>`,
        ...suite.cases.map((one) => {
          const open = `    <testcase classname="${escaped(suite.name)}" name="${escaped(one.name)}"`;
          return one.failure === undefined
            ? `${open}/>`
            : `${open}>\n      <failure message="${escaped(one.failure)}"/>\n    </testcase>`;
        }),
        "  </testsuite>",
      ].join("\n"),
    ),
    "</testsuites>",
  ].join("\n");
}

function countsOf(suites: readonly Suite[]): string {
  const cases = suites.flatMap((suite) => suite.cases);
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  return `tests="${cases.length}" failures="${failures}"`;
}

/** What XML can't have is left out. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are searched for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"\n\t\r]/g, (character) => `&#${character.charCodeAt(0)};`);
