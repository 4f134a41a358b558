import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { PLATFORM, ROOT, WORK } from "./paths.ts";

/** The result of `app()` in `sst.config.ts`, with SST's defaults. */
export interface App {
  readonly name: string;
  readonly stage: string;
  readonly removal: string;
  readonly protect: boolean;
}

/** Runs the program of `sst.config.ts`. Call it within a Pulumi stack. */
export type Program = () => Promise<Record<string, unknown>>;

const NODE_GLOBALS = `import { createRequire as _createRequire } from "module"; const require = _createRequire(import.meta.url);
import { fileURLToPath as _fileURLToPath } from "url"; const __filename = _fileURLToPath(import.meta.url);
const __dirname = _fileURLToPath(new URL(".", import.meta.url));`;

/**
 * Constants that the SST CLI writes into the program. Here they are read at run time, so that one
 * bundle serves all stages.
 */
const CONSTANTS = ["$app", "$cli", "$dev"];

/**
 * Bundles the `sst.config.ts` of a folder as the SST CLI does: its globals become imports, and the
 * result is in the platform's folder, so that it finds the same copy of Pulumi as the components.
 */
export async function bundleProgram(folder: string): Promise<string> {
  const config = JSON.stringify(join(folder, "sst.config.ts"));
  const runner = JSON.stringify(join(PLATFORM, "src/auto/run.ts"));
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `import config from ${config}; import { run } from ${runner};
        export const app = config.app; export const program = () => run(config.run);`,
      resolveDir: ROOT,
      sourcefile: "synth.ts",
      loader: "ts",
    },
    outfile: join(PLATFORM, "synth.mjs"),
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    nodePaths: [join(PLATFORM, "node_modules")],
    define: Object.fromEntries(CONSTANTS.map((name) => [name, `globalThis.${name}`])),
    inject: [join(PLATFORM, "src/shim/run.js")],
    external: [
      "@pulumi/*",
      "@pulumiverse/*",
      "@sst-provider/*",
      "@aws-sdk/*",
      "undici",
      "esbuild",
      "archiver",
      "glob",
      "vite",
    ],
    banner: { js: NODE_GLOBALS },
    logLevel: "error",
    plugins: [providersAsGlobals],
  });
  const [program] = outputFiles;
  if (program === undefined) throw new Error(`no bundle of ${folder}/sst.config.ts`);
  return keep(program);
}

const OLD_MS = 3_600_000;

/**
 * Writes the program to a file named by its content, so that concurrent tests share it. Old
 * programs are deleted.
 */
function keep({ hash, contents }: esbuild.OutputFile): string {
  for (const name of readdirSync(PLATFORM)) {
    const path = join(PLATFORM, name);
    if (name.startsWith("synth.") && Date.now() - statSync(path).mtimeMs > OLD_MS)
      rmSync(path, { force: true });
  }
  const file = join(PLATFORM, `synth.${hash.replaceAll(/\W/g, "_")}.mjs`);
  const own = `${file}.${process.pid}`;
  writeFileSync(own, contents);
  renameSync(own, file);
  return file;
}

let loaded = 0;

/** The bundled program for one stage, its modules and SST's loaded anew: they have global state. */
export async function loadProgram(
  bundle: string,
  folder: string,
  stage: string,
  dev: boolean,
): Promise<{ app: App; program: Program }> {
  Object.assign(globalThis, { $app: {}, $cli: cli(folder, dev), $dev: dev });
  const config: { app(input: { stage: string }): Record<string, unknown>; program: Program } =
    await import(`${pathToFileURL(bundle).href}?${++loaded}`);
  const app = withDefaults(config.app({ stage }), stage);
  Object.assign(globalThis, { $app: app });
  return { app, program: config.program };
}

function cli(folder: string, dev: boolean) {
  const paths = { home: ROOT, root: folder, work: WORK, platform: PLATFORM };
  return { command: "deploy", dev, rpc: "", paths, state: { version: {} } };
}

function withDefaults(asked: Record<string, unknown>, stage: string): App {
  const { name, removal, protect } = asked;
  return {
    name: String(name),
    stage,
    removal: typeof removal === "string" ? removal : "retain",
    protect: protect === true,
  };
}

const providersAsGlobals: esbuild.Plugin = {
  name: "providers-as-globals",
  setup(build) {
    const providers: { alias: string; package: string }[] = JSON.parse(
      readFileSync(join(ROOT, ".sst/provider-lock.json"), "utf8"),
    );
    const imports = [
      ...providers.map((provider) => `import * as ${provider.alias} from "${provider.package}";`),
      `import * as sst from ${JSON.stringify(join(PLATFORM, "src/components"))};`,
    ].join("");
    build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
      path.startsWith(join(ROOT, ".sst"))
        ? undefined
        : { contents: `${imports}\n${readFileSync(path, "utf8")}`, loader: "ts" },
    );
  },
};
