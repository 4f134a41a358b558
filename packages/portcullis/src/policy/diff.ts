import { type ChangeItem, describeChange, type PolicyChange } from "@portcullis/analysis";
import { InputFault } from "@portcullis/testing/input-fault";
import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { likelyKind } from "../input/policy-files.ts";
import { readText } from "../input/read-file.ts";
import { readServices } from "../input/services.ts";
import { coloured } from "../output/colour.ts";
import type { Problem, Report } from "../output/report.ts";
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

interface Options extends FormatOptions {
  readonly kind?: KindName;
  readonly service: readonly string[];
  readonly account?: string;
  readonly allowNarrower?: true;
}

export function addDiff(policy: Command): void {
  policy
    .command("diff")
    .description("tell what a new version of a policy newly allows and denies")
    .argument("<old>", "the policy as it is")
    .argument("<new>", "the policy as it would be")
    .addOption(kindOption())
    .addOption(serviceOption())
    .option("--account <id>", "the account that owns the resource of a resource policy")
    .option("--allow-narrower", "exit code 0 if nothing is newly allowed")
    .addOption(formatOption())
    .addOption(jsonOption())
    .action(diff);
}

async function diff(oldFile: string, newFile: string, options: Options): Promise<void> {
  const { indexed } = await readServices(options.service);
  const [existing, updated] = [readText(oldFile), readText(newFile)];
  const kind = options.kind ?? likelyKind(updated);
  const account = kind === "resource" || kind === "trust" ? options.account : undefined;
  const change = describeChange([existing], [updated], { kind, services: indexed, account });
  if (change.result === "INVALID")
    throw new InputFault(
      `${oldFile} or ${newFile} is no valid policy: ${change.issues[0]?.message ?? ""}`,
    );
  print(formatted(reportOf(change, oldFile, newFile), formatOf(options)));
  process.exitCode = exitCodeOf(change, options.allowNarrower === true);
}

function exitCodeOf(change: PolicyChange, mayBeNarrower: boolean): number {
  const wider = [...change.newlyAllowed, ...change.noLongerDenies];
  if (wider.length > 0 || (change.result === "CHANGED" && !mayBeNarrower)) return EXIT.found;
  return change.undecided.length > 0 ? EXIT.undecided : EXIT.ok;
}

const LISTS = [
  { list: "newlyAllowed", sign: "+", style: "green", level: "warning", wider: true },
  { list: "noLongerDenies", sign: "+", style: "green", level: "warning", wider: true },
  { list: "newlyDenied", sign: "-", style: "red", level: "note", wider: false },
  { list: "newlyDenies", sign: "-", style: "red", level: "note", wider: false },
] as const;

function reportOf(change: PolicyChange, oldFile: string, newFile: string): Report {
  const problems = LISTS.flatMap(({ list, level, wider }) =>
    change[list].map(
      (item): Problem => ({
        file: item.source.from === "updated" ? newFile : oldFile,
        level,
        rule: wider ? "NEW_ACCESS" : "LESS_ACCESS",
        title: wider ? "New access" : "Less access",
        message: `${item.sentence} For example ${exampleText(item)}.`,
      }),
    ),
  );
  return {
    tool: "portcullis policy diff",
    problems,
    suites: [
      {
        name: newFile,
        cases:
          problems.length === 0
            ? [{ name: "no change of access" }]
            : problems.map(({ title, message, rule }) => ({
                name: title,
                ...(rule === "NEW_ACCESS" ? { failure: message } : {}),
              })),
      },
    ],
    text: () => textOf(change),
    json: change,
  };
}

function textOf(change: PolicyChange): string {
  const lines = LISTS.flatMap(({ list, sign, style }) =>
    change[list].flatMap((item) => [
      coloured(style, `${sign} ${item.sentence}`),
      coloured("dim", `    for example ${exampleText(item)}`),
    ]),
  );
  if (change.result === "SAME") lines.push("Both policies allow and deny the same.");
  lines.push(...change.undecided.map((reason) => `? Can't be decided: ${reason}`));
  return lines.join("\n");
}

function exampleText({ example }: ChangeItem): string {
  const { action, resource, principal, context } = example;
  const keys = Object.entries(context).map(([key, value]) => `${key}=${[value].flat().join(",")}`);
  const caller =
    "arn" in principal
      ? ` by ${principal.arn}`
      : principal.type === "Anonymous"
        ? " by anyone"
        : "";
  return `${action} on ${resource}${caller}${keys.length === 0 ? "" : ` with ${keys.join(", ")}`}`;
}
