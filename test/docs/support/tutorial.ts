import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { installed, npmWithoutNodeModules, ROOT } from "../../portcullis/packed.ts";
import { expectationsOf, flat } from "./expectations.ts";
import { readPage, type Step } from "./page.ts";
import { openTerminal, startInTerminal, type Terminal } from "./terminal.ts";
import { type Tools, toolsPath, withQuickNpx } from "./tools.ts";

/** The ports that the pages name. A test takes free ones, so that nothing on the machine disturbs. */
const PORTS = ["3000", "4000", "4001"] as const;

interface Reader {
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  /** Text of a page with this run's ports. */
  adapted(text: string): string;
  readonly terminals: { output(): string; close(): Promise<void> }[];
}

/**
 * Does what the page says, in an empty folder, and checks what it says about the results.
 * @param quickNpx whether a stand-in runs in the place of npm's npx
 */
export async function followTutorial(name: string, tools: Tools, quickNpx: boolean): Promise<void> {
  const page = readPage(name);
  const folder = mkdtempSync(join(tmpdir(), "portcullis-tutorial-"));
  if (page.within !== undefined) cpSync(join(ROOT, page.within), folder, { recursive: true });
  const reader = await newReader(folder, tools, quickNpx);
  try {
    if (page.after !== undefined) await follow(setUpOf(readPage(page.after).steps), reader);
    await follow(page.steps, reader);
  } catch (error) {
    const outputs = reader.terminals.map((one) => one.output()).join("\n--- next terminal\n");
    throw new Error(`${error instanceof Error ? error.message : error}\n--- terminals\n${outputs}`);
  } finally {
    await reader.terminal.close();
    for (const one of reader.terminals.toReversed()) await one.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Up to the last terminal that a page opens. */
function setUpOf(steps: readonly Step[]): readonly Step[] {
  return steps.slice(0, steps.findLastIndex(({ kind }) => kind === "terminal") + 1);
}

async function newReader(folder: string, tools: Tools, quickNpx: boolean): Promise<Reader> {
  const ports = new Map<string, string>();
  for (const port of PORTS) ports.set(port, String(await freePort()));
  const path = npmWithoutNodeModules();
  const search = toolsPath(tools, path.PATH ?? "");
  const env = {
    ...path,
    ...Object.fromEntries(
      Object.keys(path)
        .filter(isOfAws)
        .map((name) => [name, undefined]),
    ),
    PATH: quickNpx ? withQuickNpx(search) : search,
    PORT: ports.get("4000"),
    PORTCULLIS_API_PORT: ports.get("4001"),
    PORTCULLIS_ROOT_PASSWORD: "Root-password-1",
    HOME: folder,
    npm_config_update_notifier: "false",
  };
  if (process.env.HOME !== undefined && process.env.PYENV_ROOT === undefined)
    Object.assign(env, { PYENV_ROOT: join(process.env.HOME, ".pyenv") });
  const modules = join(await installed(), "project/node_modules");
  return {
    env,
    terminal: openTerminal(folder, env),
    adapted: (text) =>
      text
        .replace(/\b(?:3000|4000|4001)\b/g, (port) => ports.get(port) ?? port)
        .replace(/^npm install (.+)$/gm, (_, names: string) => installLines(names, modules)),
    terminals: [],
  };
}

const isOfAws = (name: string): boolean => /^(?:AWS|PORTCULLIS)_/.test(name);

/**
 * The packed package, as plain npm installed it before, and the repository's copy of others: a test
 * must not depend on a registry.
 */
function installLines(names: string, modules: string): string {
  return names
    .split(" ")
    .map((name) =>
      name === "portcullis"
        ? `cp -R '${modules}' node_modules`
        : `ln -s '${join(ROOT, "node_modules", name)}' 'node_modules/${name}'`,
    )
    .join("\n");
}

async function follow(steps: readonly Step[], reader: Reader): Promise<void> {
  const { terminal, env, terminals, adapted } = reader;
  for (const step of steps) {
    if (step.kind === "file") {
      const path = join(terminal.folder(), step.name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, adapted(step.text));
    } else if (step.kind === "terminal") {
      const options = { folder: terminal.folder(), env, ready: step.ready };
      terminals.push(await startInTerminal(adapted(step.text), options));
    } else if (step.kind === "run") await run(step.text, step.line, reader);
  }
}

async function run(block: string, line: number, { terminal, adapted }: Reader): Promise<void> {
  const { output, failed } = await terminal.run(adapted(block));
  const { answers, printed, exitCodes } = expectationsOf(adapted(block));
  const where = `the block of line ${line}:\n${block}--- wrote\n${output}--- which is`;
  const statuses = [...output.matchAll(/HTTP(?:\/[\d.]+)? (\d{3}) [A-Z]/g)].map(([, code]) =>
    Number(code),
  );
  expect(failed, `${where} not without failures`).toEqual(exitCodes);
  expect(statuses, `${where} not as its comments say`).toEqual(answers.map((one) => one.status));
  for (const text of [...answers.map((one) => one.text), ...printed])
    expect(flat(output), where).toContain(text);
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
