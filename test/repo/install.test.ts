import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const script = fileURLToPath(new URL("../../scripts/install.mjs", import.meta.url));
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A repository of its own, whose npm only writes down that it ran (or fails). */
function repository(
  npm = "require('node:fs').appendFileSync('ran', process.argv.slice(2).join(' ') + '\\n');",
) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "portcullis-install-")));
  made.push(folder);
  mkdirSync(join(folder, "scripts"));
  writeFileSync(join(folder, "scripts/install.mjs"), readFileSync(script));
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ packages: { "": {}, "node_modules/a": { version: "1.0.0" } } }),
  );
  writeFileSync(
    join(folder, "npm.cjs"),
    `require('node:fs').mkdirSync('node_modules', { recursive: true }); ${npm}`,
  );
  return {
    folder,
    ran: () =>
      existsSync(join(folder, "ran"))
        ? readFileSync(join(folder, "ran"), "utf8").trim().split("\n").length
        : 0,
    runs: () => readFileSync(join(folder, "ran"), "utf8").trim().split("\n"),
    write: (path: string, text: string) => writeFileSync(join(folder, path), text),
    run: (...args: string[]) =>
      finished(
        spawn(process.execPath, ["scripts/install.mjs", ...args], {
          cwd: folder,
          env: environment(folder),
        }),
      ),
  };
}

function environment(folder: string) {
  return {
    ...process.env,
    npm_execpath: join(folder, "npm.cjs"),
    npm_node_execpath: process.execPath,
  };
}

function finished(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly said: string }> {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, said })));
}

const FOR_START = "Installing what starting needs (npm ci --omit=dev) ...\n";
const FOR_ALL = "Installing all dependencies (npm ci) ...\n";
const OPTIONS = "--no-audit --no-fund --loglevel=error";
const withoutSeconds = ({
  code,
  said,
}: {
  readonly code: number | null;
  readonly said: string;
}) => ({
  code,
  said: said.replace(/Installed in \d+\.\d s\.\n/, ""),
});

test("installs what starting needs once, and is silent afterwards until the lock changes", async () => {
  const { run, runs, write } = repository();
  expect(await run()).toEqual({
    code: 0,
    said: expect.stringMatching(/^Installing what starting needs .*\nInstalled in \d+\.\d s\.\n$/),
  });
  expect(runs()).toEqual([`ci ${OPTIONS} --omit=dev`]);
  expect(await run()).toEqual({ code: 0, said: "" });
  write(
    "package-lock.json",
    JSON.stringify({ packages: { "": {}, "node_modules/a": { version: "1.0.1" } } }),
  );
  await run();
  expect(runs()).toEqual([`ci ${OPTIONS} --omit=dev`, `ci ${OPTIONS} --omit=dev`]);
});

test.each(["--test", "--all"])(
  "%s installs the rest, which later starts leave alone",
  async (option) => {
    const { run, runs, write } = repository();
    expect(withoutSeconds(await run())).toEqual({ code: 0, said: FOR_START });
    expect(withoutSeconds(await run(option))).toEqual({ code: 0, said: FOR_ALL });
    expect(await run()).toEqual({ code: 0, said: "" });
    expect(await run(option)).toEqual({ code: 0, said: "" });
    expect(runs()).toEqual([`ci ${OPTIONS} --omit=dev`, `ci ${OPTIONS} --include=dev`]);
    // Even of another lock file: who tests keeps what tests need.
    write(
      "package-lock.json",
      JSON.stringify({ packages: { "": {}, "node_modules/a": { version: "1.0.1" } } }),
    );
    expect(withoutSeconds(await run())).toEqual({ code: 0, said: FOR_ALL });
    expect(await run(option)).toEqual({ code: 0, said: "" });
  },
);

test("of several at once one installs and the others wait for it", async () => {
  const { run, ran } = repository(
    "setTimeout(() => require('node:fs').appendFileSync('ran', 'ran\\n'), 300);",
  );
  const outcomes = await Promise.all([run(), run(), run(), run()]);
  expect(outcomes.map((outcome) => outcome.code)).toEqual([0, 0, 0, 0]);
  expect(ran()).toBe(1);
});

test("does not install again what npm has just installed by hand", async () => {
  const { run, ran, write, folder } = repository();
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  write("node_modules/.bin/node", "");
  write(
    "node_modules/.package-lock.json",
    JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } }),
  );
  expect(await run()).toEqual({ code: 0, said: "" });
  expect(ran()).toBe(0);
  write(
    "package-lock.json",
    JSON.stringify({ packages: { "": {}, "node_modules/b": { version: "1.0.0" } } }),
  );
  await run();
  expect(ran()).toBe(1);
});

test("says when npm fails, and tries again the next time", async () => {
  const { run, ran } = repository(
    "require('node:fs').appendFileSync('ran', 'ran\\n'); process.exit(7);",
  );
  const { code, said } = await run();
  expect(code).toBe(1);
  expect(said).toContain("The dependencies could not be installed: npm ci ended with code 7.");
  expect((await run()).code).toBe(1);
  expect(ran()).toBe(2);
});

test("takes over from a run that was killed", async () => {
  const { run, ran, folder } = repository();
  const name = createHash("sha256").update(`${folder}/`).digest("hex").slice(0, 16);
  const turn = join(tmpdir(), `portcullis-install-${name}.pid`);
  writeFileSync(turn, "999999999");
  expect((await run()).code).toBe(0);
  expect(ran()).toBe(1);
  expect(existsSync(turn)).toBe(false);
});

test("--test makes SST's platform too, with its exit code", async () => {
  const { run, write } = repository();
  write("scripts/sst-install.mjs", "console.log('made'); process.exit(3);");
  expect(withoutSeconds(await run("--test"))).toEqual({ code: 3, said: `${FOR_ALL}made\n` });
  expect(await run("--test")).toEqual({ code: 3, said: "made\n" });
  expect(await run()).toEqual({ code: 0, said: "" });
});

test("what was installed by hand without development dependencies is enough to start", async () => {
  const { run, ran, write, folder } = repository();
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  const packages = {
    "node_modules/a": { version: "1.0.0" },
    "node_modules/t": { version: "1.0.0", dev: true },
    "node_modules/u": { version: "1.0.0", devOptional: true },
    "node_modules/o": { version: "1.0.0", optional: true },
  };
  write("package-lock.json", JSON.stringify({ packages: { "": {}, ...packages } }));
  write("node_modules/.bin/node", "");
  write(
    "node_modules/.package-lock.json",
    JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } }),
  );
  expect(await run()).toEqual({ code: 0, said: "" });
  expect(ran()).toBe(0);
  expect((await run("--all")).said).toContain(FOR_ALL);
  expect(ran()).toBe(1);
});

test("npm ci by hand is enough for tests", async () => {
  const { run, ran, write, folder } = repository();
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  const packages = {
    "node_modules/a": { version: "1.0.0" },
    "node_modules/t": { version: "1.0.0", dev: true },
  };
  write("package-lock.json", JSON.stringify({ packages: { "": {}, ...packages } }));
  write("node_modules/.bin/node", "");
  write("node_modules/.package-lock.json", JSON.stringify({ packages }));
  expect(await run()).toEqual({ code: 0, said: "" });
  expect(await run("--test")).toEqual({ code: 0, said: "" });
  expect(ran()).toBe(0);
});
