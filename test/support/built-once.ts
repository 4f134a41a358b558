import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../..");
const CACHE = join(ROOT, "node_modules/.cache");

/** For `beforeAll`: the first test on new sources waits for their build. */
export const BUILD_MILLISECONDS = 180_000;

const STALE_MS = 240_000;
const OLD_MS = 3_600_000;

const found = new Map<string, Promise<string>>();

/**
 * The folder that `build` fills, once for each state of the sources, whichever test and process
 * comes first. Tests do not write to it.
 * @param kind names the folder of all its states
 * @param sources patterns of files, from the root of the repository
 * @param build fills an empty folder, which is then renamed
 */
export function builtOnce(
  kind: string,
  sources: readonly string[],
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const known = found.get(kind) ?? findOrBuild(join(CACHE, kind), stateOf(sources), build);
  found.set(kind, known);
  return known;
}

async function findOrBuild(
  states: string,
  state: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(states, state);
  const turn = join(states, "turn");
  mkdirSync(states, { recursive: true });
  for (
    const giveUpAt = Date.now() + BUILD_MILLISECONDS - 10_000;
    !existsSync(folder);
    await sleep(50)
  ) {
    if (Date.now() > giveUpAt) throw new Error(`another process builds ${folder} for too long`);
    if (!takeTurn(turn)) continue;
    try {
      // It may have been built before the turn was taken.
      if (existsSync(folder)) break;
      await buildInto(folder, build);
      removeOthers(states, [folder, turn]);
    } finally {
      rmSync(turn, { recursive: true, force: true });
    }
  }
  return folder;
}

async function buildInto(folder: string, build: (folder: string) => Promise<void>): Promise<void> {
  const made = mkdtempSync(`${folder}.`);
  try {
    await build(made);
    renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function takeTurn(turn: string): boolean {
  if (existsSync(turn) && Date.now() - statSync(turn).mtimeMs > STALE_MS)
    rmSync(turn, { recursive: true, force: true });
  try {
    mkdirSync(turn);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Removes what was built of former sources, unless another test may still use it. */
function removeOthers(states: string, kept: readonly string[]): void {
  for (const name of readdirSync(states)) {
    const path = join(states, name);
    if (!kept.includes(path) && Date.now() - statSync(path).mtimeMs > OLD_MS)
      rmSync(path, { recursive: true, force: true });
  }
}

function stateOf(sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of globSync(sources, { cwd: ROOT }).sort())
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex").slice(0, 32);
}
