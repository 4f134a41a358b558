import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { CommandFault } from "../command-fault.ts";

/** Asks the person in the terminal; or takes line after line of another input. */
export interface Prompt {
  ask(question: string): Promise<string>;
  /** Does not show what is typed. */
  askSecret(question: string): Promise<string>;
  close(): void;
}

/** Questions go to standard error: standard output is for results. */
export function terminalPrompt(): Prompt {
  let isHidden = false;
  const output = new Writable({
    write(part, _, done) {
      if (!isHidden) process.stderr.write(part);
      done();
    },
  });
  const { stdin: input } = process;
  const lines = createInterface({ input, output, terminal: input.isTTY === true });
  const waiting: string[] = [];
  let isClosed = false;
  let wake: (() => void) | undefined;
  lines.on("line", (line) => {
    waiting.push(line);
    wake?.();
  });
  lines.on("close", () => {
    isClosed = true;
    wake?.();
  });
  // Ctrl-C, as everywhere.
  lines.on("SIGINT", () => {
    lines.close();
    process.kill(process.pid, "SIGINT");
  });
  const ask = async (question: string): Promise<string> => {
    process.stderr.write(question);
    while (waiting.length === 0) {
      if (isClosed) throw new CommandFault("The input ended before the login was finished.");
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return waiting.shift() ?? "";
  };
  return {
    ask: async (question) => (await ask(question)).trim(),
    async askSecret(question) {
      isHidden = true;
      try {
        return await ask(question);
      } finally {
        isHidden = false;
        process.stderr.write("\n");
      }
    },
    close: () => lines.close(),
  };
}
