import { dirname } from "node:path/posix";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { constantName, definitionText } from "../definition/code.ts";
import { packageEntry } from "../definition/package-entry.ts";
import { sampleRequest } from "../definition/sample-request.ts";
import { appFile, appName } from "./found-routes.ts";
import type { Project, ProjectKind } from "./project.ts";
import { sstAuthorizer, sstInfrastructure } from "./sst-files.ts";

export interface NewFile {
  /** From the project's directory. */
  readonly path: string;
  readonly text: string;
}

/** Lines that people add to a file of theirs: it is never changed for them. */
export interface Edit {
  readonly file: string;
  /** Where the lines go, for people. */
  readonly place: string;
  readonly imports: readonly string[];
  readonly lines: readonly string[];
}

export interface Addition {
  readonly files: readonly NewFile[];
  readonly edits: readonly Edit[];
  /** What to do next, in order. */
  readonly steps: readonly string[];
}

type Kind = (project: Project, definition: ServiceDefinition, notes: readonly string[]) => Addition;

export const KINDS: Readonly<Record<ProjectKind, Kind>> = { sst, express, hono, plain };

function express(
  project: Project,
  definition: ServiceDefinition,
  notes: readonly string[],
): Addition {
  const { service, edit } = besideApp(project, definition, notes, "express");
  const name = edit.app;
  return {
    files: [service],
    edits: [
      {
        file: edit.file,
        place: `after \`${name}\` is made, before what reads bodies and answers requests`,
        imports: edit.imports,
        lines: [`${name}.use(protect(${constantName(definition)}));`],
      },
    ],
    steps: serverSteps(definition, 3000),
  };
}

function hono(project: Project, definition: ServiceDefinition, notes: readonly string[]): Addition {
  const { service, edit } = besideApp(project, definition, notes, "fetch");
  const { app } = edit;
  const named = constantName(definition);
  const onNode = project.dependencies.has("@hono/node-server");
  return {
    files: [service],
    edits: [
      {
        file: edit.file,
        place: `after the routes; then serve \`handle\` in place of \`${app}.fetch\``,
        imports: edit.imports,
        lines: onNode
          ? [
              `const handle = protect((request, env) => ${app}.fetch(request, env), ${named}, {`,
              "  sourceIp: (_, env) => env.incoming.socket.remoteAddress,",
              "});",
            ]
          : [`const handle = protect((request) => ${app}.fetch(request), ${named});`],
      },
    ],
    steps: serverSteps(definition, 3000),
  };
}

function plain(_: Project, definition: ServiceDefinition, notes: readonly string[]): Addition {
  const path = "portcullis.service.yaml";
  return {
    files: [{ path, text: definitionText(definition, "yaml", notes) }],
    edits: [],
    steps: [
      "start your server, such as at http://127.0.0.1:3000",
      `npx portcullis dev --service ${path} --upstream http://127.0.0.1:3000`,
      `npx portcullis call ${sampleCall(definition, 4001)}`,
    ],
  };
}

function sst(_: Project, definition: ServiceDefinition, notes: readonly string[]): Addition {
  return {
    files: [
      { path: "portcullis.service.ts", text: definitionText(definition, "code", notes) },
      { path: "portcullis.authorizer.ts", text: sstAuthorizer(definition) },
      { path: "portcullis.infra.ts", text: sstInfrastructure(definition) },
    ],
    edits: [
      {
        file: "sst.config.ts",
        place: "in `run()`, after `api`, your sst.aws.ApiGatewayV2, is made",
        imports: [],
        lines: [
          'const { protectApi } = await import("./portcullis.infra");',
          "const { auth, outputs } = await protectApi(api);",
        ],
      },
    ],
    steps: [
      "pass `auth` to every route: api.route(..., ..., { auth })",
      "return `outputs` from `run()`: the endpoints, and the root key of a stage for trying",
      'unless your stage has `removal: "remove"`: npx sst secret set RootAccessKeyId <20 letters or digits>, and RootSecretAccessKey <40>',
      "npx sst deploy",
    ],
  };
}

/** The definition beside the file that makes the app, so that both import alike. */
function besideApp(
  project: Project,
  definition: ServiceDefinition,
  notes: readonly string[],
  entry: "express" | "fetch",
) {
  const { sources, hasTypeScript, hasModules } = project;
  const found = appFile(sources);
  const typed = hasTypeScript && (found === undefined || /\.[cm]?tsx?$/.test(found.path));
  const extension = `${hasModules ? "." : ".m"}${typed ? "ts" : "js"}`;
  const folder = found === undefined ? "." : dirname(found.path);
  const path = `${folder === "." ? "" : `${folder}/`}portcullis.service${extension}`;
  // What TypeScript imports has the name that it will have as JavaScript, unless the app says so.
  const asIs = sources.some(({ text }) => /from "\.[^"]*\.m?ts"/.test(text));
  const specifier = `./portcullis.service${asIs ? extension : extension.replace("ts", "js")}`;
  const constant = constantName(definition);
  const requires = !hasModules && !typed && found?.path.endsWith(".mjs") !== true;
  return {
    service: { path, text: definitionText(definition, "code", notes) },
    edit: {
      file: found?.path ?? "the file that makes your app",
      app: found === undefined ? "app" : appName(found),
      imports: requires
        ? [
            `const { protect } = require(${packageEntry(entry)}); // Node.js 20.19 or newer`,
            `const { ${constant} } = require("${specifier}");`,
          ]
        : [
            `import { protect } from ${packageEntry(entry)};`,
            `import { ${constant} } from "${specifier}";`,
          ],
    },
  };
}

const serverSteps = (definition: ServiceDefinition, port: number): readonly string[] => [
  "npx portcullis start, in a terminal of its own",
  "PORTCULLIS_DATA_DIR=.portcullis in the environment of your server, and start it",
  `npx portcullis call ${sampleCall(definition, port)}`,
];

function sampleCall(definition: ServiceDefinition, port: number): string {
  const { method, path } = sampleRequest(definition);
  return `${method} http://127.0.0.1:${port}${path}`;
}
