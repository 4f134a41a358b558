import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Code } from "./handlers.ts";

/** Where a site's files come from. */
type Source = Pick<sst.aws.StaticSiteArgs, "path" | "build" | "environment" | "dev">;

let prebuiltSite: ((from: string) => string) | undefined;

/**
 * Makes `console` deploy files that were built beforehand, unless it is given a folder of code.
 * @param command given a folder, relative to the root of the SST app, what writes the site to
 *   `site` in that folder; the URL is in PORTCULLIS_CONTROL_API_URL
 */
export function usePrebuiltConsole(command: (from: string) => string): void {
  prebuiltSite = command;
}

const DEV_URL = "http://localhost:5173";

/** The console for a control API: built by Vite from `packages/console`, or built beforehand. */
export function consoleSource(
  name: string,
  controlApiUrl: $util.Output<string>,
  code: Code | undefined,
): Source {
  if (code === undefined && prebuiltSite !== undefined) return prebuilt(name, controlApiUrl);
  const folder = code === undefined || code === "." ? "" : `${code}/`;
  const output = "dist-deployed";
  return {
    path: `${folder}packages/console`,
    build: { command: `npx vite build --outDir ${output} --emptyOutDir`, output },
    environment: { VITE_CONTROL_API_URL: controlApiUrl },
    dev: { command: "npx vite --strictPort --port 5173", url: DEV_URL },
  };
}

function prebuilt(name: string, controlApiUrl: $util.Output<string>): Source {
  // A folder of its own: SST looks for a Vite project in a site's folder, and writes files into it.
  // Stages may be deployed side by side from one checkout.
  const path = `.sst/portcullis/${$app.stage}/${name}`;
  mkdirSync(join($cli.paths.root, path), { recursive: true });
  return {
    path,
    build: { command: prebuiltSite?.(path) ?? "", output: "site" },
    environment: { PORTCULLIS_CONTROL_API_URL: controlApiUrl },
    // There are no sources to serve: under `sst dev` it is deployed as in any stage.
    dev: false,
  };
}
