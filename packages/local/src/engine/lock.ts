import { randomInt } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "./local-error.ts";

const NAME = /^in-use-by\.(\d+)\.(\d+)\.\d+$/;
const LOOKS = 3;
const ATTEMPTS = 30;
let filesMade = 0;

/**
 * Locks a directory for this process, until it ends or `release` is called. All of a lock's content
 * is in its file name (`in-use-by.<pid>.<start>.<number>`), so no reader sees half of it. Every
 * process first creates its file and then looks for others: of two at once, at least one sees the
 * other and withdraws.
 * @throws {LocalError} if a running process has the lock, or the directory cannot be written to
 */
export async function lockDataDirectory(directory: string): Promise<{ release(): void }> {
  const looks = new Map<string, number>();
  for (let attempt = 1; ; attempt++) {
    const mine = `in-use-by.${process.pid}.${startOf(process.pid) ?? 0}.${++filesMade}`;
    createLockFile(directory, mine);
    const other = otherOwner(directory, mine);
    if (other === undefined) return lockOf(join(directory, mine));
    rmSync(join(directory, mine), { force: true });
    // A process that only tries has another file the next time; the owner still has the same one.
    const seen = (looks.get(other.name) ?? 0) + 1;
    looks.set(other.name, seen);
    if (seen === LOOKS || attempt === ATTEMPTS) {
      throw new LocalError(
        `The data directory ${directory} is in use by ${other.pid === process.pid ? "this" : "another"} process (pid ${other.pid}).`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, randomInt(10, 30 + 10 * attempt)));
  }
}

function createLockFile(directory: string, name: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, name), "");
  } catch (error) {
    throw new LocalError(
      `The data directory ${directory} can't be written to (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

function lockOf(file: string): { release(): void } {
  const remove = () => rmSync(file, { force: true });
  process.once("exit", remove);
  return {
    release() {
      process.removeListener("exit", remove);
      remove();
    },
  };
}

/** A running process that has a lock file. Files of processes that have ended are deleted. */
function otherOwner(
  directory: string,
  mine: string,
): { readonly name: string; readonly pid: number } | undefined {
  for (const name of readdirSync(directory)) {
    const [, pid, start] = NAME.exec(name) ?? [];
    if (pid === undefined || name === mine) continue;
    if (isAlive(Number(pid), Number(start))) return { name, pid: Number(pid) };
    // No other process can have created a file of this name.
    rmSync(join(directory, name), { force: true });
  }
  return undefined;
}

/**
 * Whether the process that started at that time still runs. After a crash another process may have
 * its pid.
 */
function isAlive(pid: number, start: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const startedAt = startOf(pid);
  return startedAt === undefined || start === 0 || startedAt === start;
}

/** The start of a process, in clock ticks since boot; undefined without /proc. */
function startOf(pid: number): number | undefined {
  try {
    // proc(5): the second field is the command in parentheses, which may contain anything; field 22
    // is the start.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const start = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    return Number.isSafeInteger(start) ? start : undefined;
  } catch {
    return undefined;
  }
}
