import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

/** Adds `portcullis completion`, for Bash, Zsh, Fish and PowerShell. Call it last. */
export function addCompletion(root: Command): void {
  tab(root, { completionCommandName: "completion" });
  root.commands
    .find((command) => command.name() === "completion")
    ?.description("print a script that completes commands and options in a shell")
    .addHelpText("after", NOTES);
}

const NOTES = `
  bash        echo 'source <(portcullis completion bash)' >> ~/.bashrc
  zsh         echo 'source <(portcullis completion zsh)' >> ~/.zshrc
  fish        portcullis completion fish > ~/.config/fish/completions/portcullis.fish
  powershell  portcullis completion powershell >> $PROFILE
It completes \`portcullis\` where that is on the path, such as after \`npm install --global\`.`;
