import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface BlockResult {
  readonly output: string;
  /** Exit codes of commands that failed, in their order. */
  readonly failed: readonly number[];
}

/** A shell that keeps its variables and its folder from block to block, as a reader's terminal. */
export interface Terminal {
  run(block: string): Promise<BlockResult>;
  /** The folder that it is in now. */
  folder(): string;
  close(): Promise<void>;
}

const BLOCK_MILLISECONDS = 120_000;

export function openTerminal(folder: string, env: NodeJS.ProcessEnv): Terminal {
  const scripts = mkdtempSync(join(tmpdir(), "portcullis-blocks-"));
  const shell = spawn("bash", ["--noprofile", "--norc"], {
    cwd: folder,
    env,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  let current = folder;
  let blocks = 0;
  const collect = (part: string) => {
    output += part;
    shell.emit("written");
  };
  shell.stdout.setEncoding("utf8").on("data", collect);
  shell.stderr.setEncoding("utf8").on("data", collect);
  shell.stdin.write("trap 'echo \"%failed $?\"' ERR\n");
  return {
    async run(block) {
      blocks += 1;
      const script = join(scripts, `${blocks}.sh`);
      writeFileSync(script, block);
      output = "";
      // In one group, so that what is written to both streams has its order.
      shell.stdin.write(
        `. '${script}' </dev/null 2>&1; printf '\\n%%done ${blocks} %s\\n' "$PWD"\n`,
      );
      const done = new RegExp(`^%done ${blocks} (.*)$`, "m");
      const [all, at = ""] = await written(shell, () => output, done, BLOCK_MILLISECONDS);
      current = at;
      const failed = [...output.matchAll(/^%failed (\d+)$/gm)].map(([, code]) => Number(code));
      return { output: output.slice(0, output.indexOf(all)), failed };
    },
    folder: () => current,
    async close() {
      await ended(shell);
      rmSync(scripts, { recursive: true, force: true });
    },
  };
}

/** A program in a terminal of its own. Resolves once it has written what shows that it is ready. */
export async function startInTerminal(
  block: string,
  { folder, env, ready }: { folder: string; env: NodeJS.ProcessEnv; ready: string },
): Promise<{ output(): string; close(): Promise<void> }> {
  const child = spawn("bash", ["--noprofile", "--norc", "-c", block], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => {
      output += part;
      child.emit("written");
    });
  const close = () => ended(child);
  try {
    const pattern = new RegExp(ready.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    await written(child, () => output, pattern, BLOCK_MILLISECONDS);
  } catch (error) {
    await close();
    throw error;
  }
  return { output: () => output, close };
}

async function written(
  child: ChildProcess,
  output: () => string,
  pattern: RegExp,
  milliseconds: number,
): Promise<RegExpExecArray> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const found = pattern.exec(output());
    if (found !== null) return found;
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output()}`);
    if (Date.now() > deadline) throw new Error(`it did not write ${pattern}:\n${output()}`);
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
}

/** Ends the program and all that it started: it is the leader of a group of its own. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  const timer = setTimeout(() => kill(child.pid ?? 0, "SIGKILL"), 10_000);
  kill(child.pid, "SIGTERM");
  await exit;
  clearTimeout(timer);
}

function kill(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
