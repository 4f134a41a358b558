import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { WORK } from "./paths.ts";

/** A function that the program wants built. */
export interface Build {
  readonly functionID: string;
  readonly handler: string;
  /** Names of what is linked to it. */
  readonly links: readonly string[];
  /** The files that are deployed beside the code, by their path in it. */
  readonly files: Readonly<Record<string, string>>;
  /** How esbuild is to bundle it. */
  readonly nodejs: unknown;
}

interface BuildInput {
  readonly functionID: string;
  readonly handler: string;
  readonly links: Record<string, unknown>;
  readonly copyFiles: readonly { readonly from: string; readonly to: string }[];
  readonly properties: unknown;
}

/**
 * Stands in for the SST CLI, which the components call at `$SST_SERVER/rpc` for everything that
 * isn't Pulumi. It builds nothing (the bundles have tests of their own), but refuses a handler
 * whose file doesn't exist.
 */
export async function startCliServer(folder: string, builds: Build[]): Promise<Server> {
  const methods: Record<string, (input: BuildInput) => unknown> = {
    "Provider.Aws.Bootstrap": () => ({
      asset: "sst-asset",
      state: "sst-state",
      assetEcrRegistryId: "1",
      assetEcrUrl: "ecr",
    }),
    "Provider.Aws.Appsync": () => ({ http: "appsync.example", realtime: "realtime.example" }),
    "Runtime.AddTarget": () => true,
    "Runtime.Build": (input) => build(folder, input, builds),
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const call: { method: string; params: [BuildInput] } = JSON.parse(body);
    const method = methods[call.method];
    response.end(
      JSON.stringify(
        method
          ? { result: method(call.params[0]) }
          : { error: `unexpected call of the SST CLI: ${call.method}` },
      ),
    );
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  process.env.SST_SERVER = `http://127.0.0.1:${port}`;
  return server;
}

function build(folder: string, input: BuildInput, builds: Build[]) {
  const { functionID, handler, links, copyFiles, properties: nodejs } = input;
  const files = copyFiles.map(({ from, to }) => [to, readFileSync(from, "utf8")] as const);
  builds.push({
    functionID,
    handler,
    links: Object.keys(links),
    files: Object.fromEntries(files),
    nodejs,
  });
  const source = join(folder, handler.replace(/\.[^.]+$/, ""));
  const out = join(WORK, functionID);
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "bundle.mjs"), "");
  return {
    handler: `bundle.${handler.split(".").pop()}`,
    out,
    errors: ["ts", "js"].some((extension) => existsSync(`${source}.${extension}`))
      ? []
      : [`handler not found: ${handler}`],
    sourcemaps: [],
  };
}
