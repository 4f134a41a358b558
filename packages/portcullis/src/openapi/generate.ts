import { existsSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { InputFault, sentenceOf } from "@portcullis/testing/input-fault";
import type { Command } from "commander";
import { definitionText, languageOf } from "../definition/code.ts";
import { readDocument } from "./document.ts";
import { basePathOption } from "./options.ts";
import { definitionFrom } from "./to-definition.ts";

interface Options {
  readonly name?: string;
  readonly basePath?: string;
  readonly out?: string;
  readonly force?: true;
}

export function addGenerateDefinition(openapi: Command): void {
  openapi
    .command("generate")
    .description("write a service definition for an OpenAPI document, to be reviewed")
    .argument("<document>", "an OpenAPI document of version 3.0 or 3.1: JSON or YAML")
    .option("--name <service>", "the service's name in actions and ARNs; by default the title's")
    .addOption(basePathOption())
    .option("--out <file>", "where to write it: .ts, .js, .json or .yaml; by default to the output")
    .option("--force", "replace the file if it is there")
    .addHelpText("after", NOTES)
    .action(run);
}

const NOTES = `
An operation's id becomes its action, its path the resource, and a tag such as \`write\` its access
level. x-portcullis-action, -resource, -account-from and -access-level overrule them. An operation
with \`security: []\` or \`x-portcullis-public: true\` is left out.`;

function run(path: string, { name, basePath, out, force }: Options): void {
  const { definition, open } = definitionFrom(readDocument(path, basePath), name);
  const notes = [
    `From ${basename(path)}, by \`portcullis openapi generate\`. Review it, then it is yours;`,
    "`portcullis openapi check` finds what changes.",
    ...(open.length === 0
      ? []
      : [`Open to everybody in the document, so left out: ${open.join(", ")}.`]),
  ];
  const text = definitionText(definition, languageOf(out ?? ".ts"), notes);
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  if (existsSync(out) && force !== true)
    throw new InputFault(`${out} is there already: add --force to replace it.`);
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw new InputFault(`${out} can't be written: ${sentenceOf(error)}.`);
  }
  const count = Object.keys(definition.routes).length;
  process.stderr.write(`${out}: ${count} routes of the service ${definition.service}.\n`);
}
