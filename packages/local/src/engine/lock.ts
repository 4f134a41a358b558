import { randomInt } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "./local-error.ts";

const NAME = /^in-use-by\.(\d+)\.(\d+)$/;

/**
 * Makes a directory this process's own, until it ends or `release` is called. Everything a lock says is in its file's
 * name (`in-use-by.<pid>.<start>`), so there is no moment at which a lock is half written. Every process puts up its
 * own file first and looks for others afterwards: of two at once, at least one sees the other and steps back.
 * @throws {LocalError} when another process that lives has it
 */
export async function lockDataDirectory(directory: string): Promise<{ release(): void }> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const mine = `in-use-by.${process.pid}.${startOf(process.pid) ?? 0}`;
  const file = join(directory, mine);
  for (let attempt = 1; ; attempt++) {
    writeFileSync(file, "");
    const other = otherHolder(directory, mine);
    if (other === undefined) break;
    rmSync(file, { force: true });
    // Both may have stepped back; one that holds it, holds it still after a moment.
    if (attempt === 5)
      throw new LocalError(`The data directory ${directory} is in use by another process (pid ${other}).`);
    await new Promise((resolve) => setTimeout(resolve, randomInt(10, 60)));
  }
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  return {
    release() {
      process.removeListener("exit", release);
      release();
    },
  };
}

/** The pid of a living process that has put up its file; files of the dead are cleared away. */
function otherHolder(directory: string, mine: string): number | undefined {
  for (const name of readdirSync(directory)) {
    const [, pid, start] = NAME.exec(name) ?? [];
    if (pid === undefined || name === mine) continue;
    if (isAlive(Number(pid), Number(start))) return Number(pid);
    // It names one process that will never be again: nobody can have put up another of this name.
    rmSync(join(directory, name), { force: true });
  }
  return undefined;
}

/** Whether the process that started then still runs; after a crash its pid may be somebody else's. */
function isAlive(pid: number, start: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const startedAt = startOf(pid);
  return startedAt === undefined || start === 0 || startedAt === start;
}

/** When a process started, in clock ticks since boot; undefined where there is no /proc to tell. */
function startOf(pid: number): number | undefined {
  try {
    // proc(5): the second field is the command in brackets, which may hold anything; the 22nd is the start.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const start = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    return Number.isSafeInteger(start) ? start : undefined;
  } catch {
    return undefined;
  }
}
