import { InputFault } from "@portcullis/testing/input-fault";
import { type Command, Option } from "commander";
import { decisionText } from "../output/decision-text.ts";
import { print } from "../output/write-report.ts";
import { jsonOption } from "../policy/options.ts";
import { type DecisionFilter, decisionIn, isAskedFor, OUTCOMES } from "./decision-filter.ts";
import { linesOf, linesOfInput } from "./read-lines.ts";

interface Options extends DecisionFilter {
  readonly follow?: true;
  readonly json?: true;
}

export function addLog(root: Command): void {
  root
    .command("log")
    .description("print the decisions in a log for people")
    .argument("[file]", "the log; without it, standard input")
    .option("--follow", "go on with what is appended to the file")
    .option("--principal <name>", "an ARN, or its end, such as `user/ana`")
    .option("--action <action>", "an action, such as orders:GetOrder or orders:*")
    .addOption(new Option("--outcome <outcome>", "how it was decided").choices(OUTCOMES))
    .addOption(jsonOption())
    .addHelpText("after", "\nLines that hold no decision are left out.")
    .action(run);
}

async function run(file: string | undefined, options: Options): Promise<void> {
  if (options.follow === true && file === undefined)
    throw new InputFault("--follow needs a file; standard input is followed anyway.");
  const lines = file === undefined ? linesOfInput() : linesOf(file, options.follow === true);
  for await (const text of lines) {
    const line = decisionIn(text);
    if (line === undefined || !isAskedFor(line, options)) continue;
    print(options.json === true ? JSON.stringify(line) : decisionText(line));
  }
}
