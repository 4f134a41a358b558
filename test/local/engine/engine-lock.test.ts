import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalError, lockDataDirectory } from "@portcullis/local/engine";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "portcullis-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(folder, String(++folders));

/**
 * Another process that locks a directory, says what came of it, and holds it until it is killed.
 */
async function otherHolder(directory: string) {
  const engine = JSON.stringify(fileURLToPath(import.meta.resolve("@portcullis/local/engine")));
  const program = `
    import { lockDataDirectory } from ${engine};
    await lockDataDirectory(${JSON.stringify(directory)}).then(() => console.log("locked"), (error) => { console.log(error.message); process.exit(1); });
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const output = await new Promise<string>((resolve) =>
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim())),
  );
  return {
    pid: child.pid,
    output,
    async kill(signal: NodeJS.Signals) {
      child.kill(signal);
      await ended;
    },
  };
}

test("a directory that is not there is made, and locked until it is released", async () => {
  const directory = newFolder();
  const lock = await lockDataDirectory(directory);
  expect(readdirSync(directory)).toEqual([
    expect.stringMatching(new RegExp(`^in-use-by\\.${process.pid}\\.`)),
  ]);
  lock.release();
  expect(readdirSync(directory)).toEqual([]);
  (await lockDataDirectory(directory)).release();
});

test("a second process is told so in one sentence that names the directory", async () => {
  const directory = newFolder();
  const holder = await otherHolder(directory);
  expect(holder.output).toBe("locked");
  const second = lockDataDirectory(directory);
  await expect(second).rejects.toBeInstanceOf(LocalError);
  await expect(second).rejects.toThrow(
    `The data directory ${directory} is in use by another process (pid ${holder.pid}).`,
  );
  // The one that was refused leaves nothing, and takes nothing from the one that has it.
  expect(readdirSync(directory)).toEqual([expect.stringContaining(`.${holder.pid}.`)]);
  await holder.kill("SIGKILL");
});

test("one process can have a directory once only, too", async () => {
  const directory = newFolder();
  const outcomes = await Promise.allSettled([
    lockDataDirectory(directory),
    lockDataDirectory(directory),
    lockDataDirectory(directory),
  ]);
  const locks = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? [outcome.value] : [],
  );
  expect(locks).toHaveLength(1);
  const again = lockDataDirectory(directory);
  await expect(again).rejects.toThrow(
    `The data directory ${directory} is in use by this process (pid ${process.pid}).`,
  );
  locks[0]?.release();
  (await lockDataDirectory(directory)).release();
});

test("a directory that nothing can be written to is named", async () => {
  mkdirSync(newFolder(), { recursive: true });
  const file = join(folder, "file");
  writeFileSync(file, "");
  const outcome = lockDataDirectory(file);
  await expect(outcome).rejects.toBeInstanceOf(LocalError);
  await expect(outcome).rejects.toThrow(`The data directory ${file} can't be written to (`);
});

test.each(["SIGKILL", "SIGTERM"] as const)(
  "the lock of a process ended by %s does not block",
  async (signal) => {
    const directory = newFolder();
    const holder = await otherHolder(directory);
    await holder.kill(signal);
    const lock = await lockDataDirectory(directory);
    expect(readdirSync(directory)).toHaveLength(1);
    lock.release();
  },
);

test("the lock of a process that is gone does not block when its pid is somebody else's now", async () => {
  const directory = newFolder();
  const bystander = await otherHolder(newFolder());
  mkdirSync(directory);
  // The bystander lives, but did not start then.
  writeFileSync(join(directory, `in-use-by.${bystander.pid}.1.1`), "");
  (await lockDataDirectory(directory)).release();
  await bystander.kill("SIGKILL");
});

test("other files are left alone", async () => {
  const directory = newFolder();
  mkdirSync(directory);
  for (const name of ["dynamodb.sqlite", "in-use-by", "in-use-by.x.y"])
    writeFileSync(join(directory, name), "");
  (await lockDataDirectory(directory)).release();
  expect(readdirSync(directory)).toEqual(["dynamodb.sqlite", "in-use-by", "in-use-by.x.y"]);
});

test("of several that start at once on a directory with a stale lock, never two have it", async () => {
  const directory = newFolder();
  mkdirSync(directory);
  writeFileSync(join(directory, "in-use-by.999999999.5.1"), "");
  const holders = await Promise.all(Array.from({ length: 6 }, () => otherHolder(directory)));
  const winners = holders.filter((holder) => holder.output === "locked");
  expect(winners).toHaveLength(1);
  for (const holder of holders)
    if (holder.output !== "locked") expect(holder.output).toContain(`${directory} is in use`);
  await Promise.all(winners.map((winner) => winner.kill("SIGKILL")));
});
