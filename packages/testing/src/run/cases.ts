import type { Circumstances, ExpectedVerdict, TestCase, TestTable } from "../file/test-file.ts";
import { InputFault } from "../input-fault.ts";
import type { World } from "../request/world.ts";

/** One request of one principal, and what is expected of it. */
export interface Case {
  readonly name: string;
  readonly line: number;
  readonly principal: string;
  readonly request: string;
  readonly circumstances: Circumstances;
  readonly expect: ExpectedVerdict;
  readonly statement?: string | undefined;
}

/** The cases of a test file. Of a table, one for each principal and request. */
export function casesOf({ content, file, lineOf }: World): readonly Case[] {
  return (content.tests ?? []).flatMap((test, index) => {
    const place = ["tests", index] as const;
    return "requests" in test
      ? tableCases(test, file, (principal) => lineOf([...place, "expect", principal]))
      : [singleCase(test, lineOf(place))];
  });
}

function singleCase(test: TestCase, line: number): Case {
  const { name, principal, request, expect, statement, ...circumstances } = test;
  return {
    name: name ?? `${principal}: ${request} is ${expect}`,
    line,
    principal,
    request,
    circumstances,
    expect,
    statement,
  };
}

function tableCases(
  { name, requests, expect, ...circumstances }: TestTable,
  file: string,
  lineOf: (principal: string) => number,
): readonly Case[] {
  return Object.entries(expect).flatMap(([principal, verdicts]) => {
    const line = lineOf(principal);
    if (verdicts.length !== requests.length)
      throw new InputFault(
        `${file}:${line}: the table has ${requests.length} requests and ${verdicts.length} verdicts for ${principal}.`,
      );
    return verdicts.map((verdict, at) => {
      const request = requests[at] ?? "";
      const title = `${principal}: ${request} is ${verdict}`;
      return {
        name: name === undefined ? title : `${name}: ${title}`,
        line,
        principal,
        request,
        circumstances,
        expect: verdict,
      };
    });
  });
}
