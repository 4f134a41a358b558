import { type ChildProcess, spawn } from "node:child_process";
import { MAIN } from "./command.ts";

/** A command that runs until it is stopped. */
export interface Running {
  readonly process: ChildProcess;
  /** All that it has written so far, to both streams. */
  output(): string;
  /** Resolves with the match once the output has it. */
  written(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends it by SIGTERM and resolves with its exit code. */
  stop(): Promise<number | null>;
}

const PATIENCE_MILLISECONDS = 60_000;

/** Starts the real command. */
export function startCommand(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  let text = "";
  let code: number | null | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      child.emit("written");
    });
  const closed = new Promise<number | null>((resolve) => {
    child.once("close", (ended) => {
      code = ended;
      child.emit("written");
      resolve(ended);
    });
  });
  return {
    process: child,
    output: () => text,
    async written(pattern) {
      const deadline = AbortSignal.timeout(PATIENCE_MILLISECONDS);
      for (;;) {
        const match = pattern.exec(text);
        if (match !== null) return match;
        if (code !== undefined) throw new Error(`it ended with code ${code}:\n${text}`);
        if (deadline.aborted) throw new Error(`it did not write ${pattern}:\n${text}`);
        await new Promise<void>((again) => {
          const timer = setTimeout(done, 200);
          child.once("written", done);
          function done() {
            clearTimeout(timer);
            child.off("written", done);
            again();
          }
        });
      }
    },
    async stop() {
      child.kill("SIGTERM");
      return closed;
    },
  };
}
