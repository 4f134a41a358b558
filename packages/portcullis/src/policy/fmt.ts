import { writeFileSync } from "node:fs";
import { type Policy, parsePolicy, printPolicy } from "@portcullis/policy";
import { InputFault } from "@portcullis/testing/input-fault";
import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { likelyKind, policyFiles } from "../input/policy-files.ts";
import { jsonText, print } from "../output/write-report.ts";
import { jsonOption } from "./options.ts";

interface Options {
  readonly check?: true;
  readonly json?: true;
}

export function addFmt(policy: Command): void {
  policy
    .command("fmt")
    .description(
      "write policies in one form: elements in order, two spaces, lists where there are several values",
    )
    .argument("<files...>", "policy documents, or directories of them")
    .option("--check", "write nothing; exit code 1 if a file is in another form")
    .addOption(jsonOption())
    .action(fmt);
}

function fmt(paths: readonly string[], { check, json }: Options): void {
  const formatted = policyFiles(paths).map(({ path, text }) => {
    const parsed = parsePolicy(text, likelyKind(text));
    if (!parsed.ok)
      throw new InputFault(`${path} is no valid policy: ${parsed.issues[0]?.message ?? ""}`);
    return { path, text, result: `${compact(parsed.policy)}\n` };
  });
  const changed = formatted.filter(({ text, result }) => text !== result);
  if (check !== true) for (const { path, result } of changed) writeFileSync(path, result);
  const files = changed.map(({ path }) => path);
  if (json === true) print(jsonText({ changed: files }));
  else print(files.join("\n"));
  process.exitCode = check === true && files.length > 0 ? EXIT.found : EXIT.ok;
}

/** Lists of one value are written as the value: as most documents have them. */
function compact(policy: Policy): string {
  const document: unknown = JSON.parse(printPolicy(policy), (key, value: unknown) =>
    key !== "Statement" && Array.isArray(value) && value.length === 1 ? value[0] : value,
  );
  const text = JSON.stringify(document, undefined, 2);
  // What is written means the same, or nothing is written.
  const again = parsePolicy(text, policy.kind);
  return again.ok && printPolicy(again.policy) === printPolicy(policy) ? text : printPolicy(policy);
}
