import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };
import { addCall } from "./call/call.ts";
import { addCompletion } from "./completion.ts";
import { addDev } from "./dev/dev.ts";
import { addImport } from "./import/aws.ts";
import { addInit } from "./init/init.ts";
import { addAccount } from "./installation/account.ts";
import { addLog } from "./log/log.ts";
import { addLogin } from "./login/login.ts";
import { addLogout } from "./login/logout.ts";
import { addOpenApi } from "./openapi/openapi.ts";
import { addCheck } from "./policy/check.ts";
import { addDiff } from "./policy/diff.ts";
import { addExplain } from "./policy/explain.ts";
import { addFmt } from "./policy/fmt.ts";
import { addGenerate } from "./policy/generate.ts";
import { addTest } from "./policy/test.ts";
import { addWhoCan } from "./policy/who-can.ts";
import { addStart } from "./start/start.ts";

/** The command `portcullis`. Options are read strictly; help goes to standard output. */
export function program(): Command {
  const root = new Command("portcullis")
    .description("IAM for your own HTTP APIs")
    .version(manifest.version, "-v, --version")
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(`portcullis: ${oneSentence(text)}\n`) });
  for (const add of [addInit, addStart, addDev, addCall, addLog, addAccount]) add(root);
  const policy = root
    .command("policy")
    .description("write and test policies")
    .addHelpText("after", EXIT_CODES);
  for (const add of [addCheck, addTest, addExplain, addDiff, addWhoCan, addGenerate, addFmt])
    add(policy);
  addOpenApi(root);
  addImport(root);
  addLogin(root);
  addLogout(root);
  // Last: it describes the commands that are there.
  addCompletion(root);
  return root;
}

/** Commander's message, with the nearest right name on the same line. */
function oneSentence(text: string): string {
  const [message = "", ...hints] = text
    .trim()
    .replace(/^error: /, "")
    .split("\n");
  const hint = hints.map((line) => line.replace(/^\((.*)\)$/, "$1")).join(" ");
  return [message.replace(/\.$/, "").concat("."), hint || "Add --help for usage."].join(" ");
}

const EXIT_CODES = `
Exit codes: 0 nothing is wrong; 1 findings, failed tests or a change of access; 2 wrong usage or
input; 3 a comparison can't be decided.`;
