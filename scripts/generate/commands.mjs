// The page of all commands with their options: what `--help` prints.
import { program } from "../../packages/portcullis/src/program.ts";

export const FILE = "docs/reference/commands.md";

const WIDTH = 96;

export function render() {
  const sections = leavesOf(program(), []).map(
    ({ command, path }) =>
      `## portcullis ${path.join(" ")}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  );
  return `# Options of all commands

What \`--help\` prints. [Command line](../cli.md) explains the commands.

${sections.join("\n")}`;
}

function leavesOf(command, path) {
  if (command.commands.length === 0) return [{ command, path }];
  return command.commands.flatMap((child) => leavesOf(child, [...path, child.name()]));
}

function helpOf(command) {
  let text = "";
  command
    .configureOutput({
      writeOut: (part) => {
        text += part;
      },
      getOutHelpWidth: () => WIDTH,
      getOutHasColors: () => false,
    })
    .outputHelp();
  return text.trim();
}
