import { randomInt } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "./local-error.ts";

const NAME = /^in-use-by\.(\d+)\.(\d+)\.\d+$/;
const LOOKS = 3;
const ATTEMPTS = 30;
let filesMade = 0;

/**
 * Makes a directory this process's own, until it ends or `release` is called. Everything that a lock says is in its
 * file's name (`in-use-by.<pid>.<start>.<number>`), so there is no moment at which it is half written. Every process
 * puts up its file first and looks for others afterwards: of two at once, at least one sees the other and steps back.
 * @throws {LocalError} when a process that lives has it, or nothing can be written there
 */
export async function lockDataDirectory(directory: string): Promise<{ release(): void }> {
  const looks = new Map<string, number>();
  for (let attempt = 1; ; attempt++) {
    const mine = `in-use-by.${process.pid}.${startOf(process.pid) ?? 0}.${++filesMade}`;
    putUp(directory, mine);
    const other = otherHolder(directory, mine);
    if (other === undefined) return held(join(directory, mine));
    rmSync(join(directory, mine), { force: true });
    // Who only tries, too, has another file the next time; who holds it still has the same.
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

function putUp(directory: string, name: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, name), "");
  } catch (error) {
    throw new LocalError(
      `The data directory ${directory} can't be written to (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

function held(file: string): { release(): void } {
  const remove = () => rmSync(file, { force: true });
  process.once("exit", remove);
  return {
    release() {
      process.removeListener("exit", remove);
      remove();
    },
  };
}

/** A living process that has put up its file; files of the dead are cleared away. */
function otherHolder(
  directory: string,
  mine: string,
): { readonly name: string; readonly pid: number } | undefined {
  for (const name of readdirSync(directory)) {
    const [, pid, start] = NAME.exec(name) ?? [];
    if (pid === undefined || name === mine) continue;
    if (isAlive(Number(pid), Number(start))) return { name, pid: Number(pid) };
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
