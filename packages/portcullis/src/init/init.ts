import { createInterface } from "node:readline/promises";
import { InputFault } from "@portcullis/testing/input-fault";
import { type Command, Option } from "commander";
import { EXIT } from "../exit-code.ts";
import { jsonText, print } from "../output/write-report.ts";
import { jsonOption } from "../policy/options.ts";
import { planFor } from "./plan.ts";
import { planText, stepsText } from "./plan-text.ts";
import { PROJECT_KINDS, type ProjectKind, readProject } from "./project.ts";
import { stateOf, writeNew } from "./write-new.ts";

interface Options {
  readonly kind?: ProjectKind;
  readonly directory: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

export function addInit(root: Command): void {
  root
    .command("init")
    .description("add Portcullis to a project: new files, and the lines that use them")
    .addOption(
      new Option(
        "--kind <kind>",
        "the kind of project; by default the one that its files show",
      ).choices(PROJECT_KINDS),
    )
    .option("--directory <directory>", "the project", ".")
    .option("--dry-run", "show the files, and write none")
    .option("--yes", "write the files without a question")
    .addOption(jsonOption())
    .addHelpText("after", NOTES)
    .action(run);
}

const NOTES = `
A file that is there already stays as it is. Exit codes: 0 done; 2 wrong usage, or a question that
nobody can answer.`;

async function run({ kind, directory, dryRun, yes, json }: Options): Promise<void> {
  const plan = planFor(readProject(directory, kind));
  const files = plan.files.map((file) => ({ ...file, state: stateOf(directory, file) }));
  if (json === true) print(jsonText({ ...plan, files }));
  else print(planText(plan, files));
  const missing = files.filter(({ state }) => state === "new");
  if (dryRun !== true && missing.length > 0) {
    if (yes !== true && !(await isWanted())) {
      process.stderr.write("Nothing is written.\n");
      return;
    }
    for (const file of missing) writeNew(directory, file);
  }
  if (json !== true) print(stepsText(plan));
  process.exitCode = EXIT.ok;
}

/** @throws {InputFault} if there is nobody to ask */
async function isWanted(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new InputFault("Nothing is written: add --yes to write these files, or --dry-run.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question("Write these files? [y/N] ")).trim());
  } finally {
    terminal.close();
  }
}
