import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "tsdown";
import { collectNotices } from "./scripts/third-party-notices.mjs";

/** What all builds share: JavaScript that Node 20 runs, with everything that it needs in it. */
const common = {
  format: "esm",
  platform: "node",
  target: "node20",
  fixedExtension: false,
  clean: false,
  report: false,
  logLevel: "warn",
  // The workspaces are not published, and what they need of others is bundled: one package to
  // install, and to audit. Types of Fastify and Lambda stay the application's own.
  deps: {
    alwaysBundle: /./,
    neverBundle: [/^@dynoxide\//, /^@pulumi\//],
    onlyBundle: false,
    dts: {
      neverBundle: ["aws-lambda", "fastify", /^node:/],
      alwaysBundle: [/^@portcullis\//],
    },
  },
  plugins: [collectNotices()],
} satisfies UserConfig;

/** Where the components find SST's globals, which exist in an app's own files only. */
const GLOBALS = fileURLToPath(new URL("src/sst/globals.ts", import.meta.url));

/** File by file, which takes a fraction of the compiler's time. */
const DECLARATIONS = { generator: "oxc" } as const;

const subpaths = [
  "analysis",
  "express",
  "fastify",
  "fetch",
  "lambda",
  "middy",
  "policy",
  "service",
];
const handlers = [
  ...["access-analyzer", "access-evaluation", "authorizer", "authorizer-rest"],
  ...["authorizer-websocket", "iam", "issuer"],
  ...["cloudtrail", "organizations", "portcullis", "setup", "signin", "sts", "usage"],
];

export default defineConfig([
  {
    ...common,
    entry: Object.fromEntries(subpaths.map((name) => [name, `src/entries/${name}.ts`])),
    outDir: "dist",
    dts: DECLARATIONS,
  },
  {
    ...common,
    entry: { main: "src/main.ts" },
    outDir: "dist/command",
    dts: false,
    minify: true,
  },
  {
    ...common,
    entry: { "console-site": "src/sst/console-site.ts" },
    outDir: "dist",
    dts: false,
  },
  {
    ...common,
    // SST's globals are in its own TypeScript project.
    entry: { sst: "src/entries/sst.ts" },
    outDir: "dist",
    tsconfig: "../../stacks/tsconfig.json",
    inputOptions: {
      transform: { inject: { sst: [GLOBALS, "sst"], aws: [GLOBALS, "aws"] } },
    },
    dts: DECLARATIONS,
  },
  {
    ...common,
    // Lambda functions, which an SST app of one's own deploys as they are.
    entry: Object.fromEntries(handlers.map((name) => [name, `../functions/src/${name}.ts`])),
    outDir: "dist/handlers",
    outputOptions: { chunkFileNames: "chunks/[name]-[hash].js" },
    dts: false,
    minify: true,
  },
]);
