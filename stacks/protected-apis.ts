import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { DeclaredApi } from "../packages/authorizer/src/service/declared-api.ts";
import type { ServiceDefinition } from "../packages/authorizer/src/service/service-definition.ts";
import type { Gateway } from "./authorizer.ts";
import type { FileBesideCode } from "./least-privilege-function.ts";

/** A protected API, as `controlApi` is told of it. */
export interface ApiDeclaration {
  /** The API's id in policies and tokens: `apiId` of `protect`. */
  readonly apiId: string;
  /** The kind of API. @default "http" */
  readonly gateway?: Gateway;
  /** The gateway's stage. @default SST's: the app's stage for a REST API, else "$default" */
  readonly stage?: string;
  /** The definition that its authorizer has. Without one, all routes ask for `execute-api:Invoke`. */
  readonly service?: ServiceDefinition;
  /** Route keys of the gateway, such as `GET /reports`. Those of the definition are known. */
  readonly routes?: readonly string[];
}

const KINDS = { http: "HTTP", rest: "REST", websocket: "WEBSOCKET" } as const;

/** The declaration as the functions read it. */
export const declaredApi = ({
  gateway = "http",
  stage = gateway === "rest" ? $app.stage : "$default",
  ...api
}: ApiDeclaration): DeclaredApi => ({ ...api, kind: KINDS[gateway], stage });

const FILE = "protected-apis.json";

/** Writes the protected APIs into a file that is deployed with the control API's functions. */
export function apisFile(name: string, apis: readonly DeclaredApi[]): FileBesideCode {
  const { root, work } = $cli.paths;
  const folder = join(work, "portcullis");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${FILE}`);
  // In one step: a function that is packed at the same time finds a whole file.
  writeFileSync(`${path}.new`, JSON.stringify(apis));
  renameSync(`${path}.new`, path);
  return { from: relative(root, path), to: FILE };
}
