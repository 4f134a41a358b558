import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { ServiceDefinition } from "@portcullis/authorizer/service-definition";
import { definitionOf } from "@portcullis/testing";
import { InputFault, sentenceOf } from "@portcullis/testing/input-fault";
import { readData } from "../input/read-file.ts";

/** A module that waits for longer at its top level is given up. */
const LOAD_MILLISECONDS = 20_000;

/**
 * The one service definition in a file: JSON, YAML, or a module, whose own imports are read again
 * each time.
 * @throws {InputFault} if there is none, or not one that can be used
 */
export async function loadDefinition(path: string): Promise<ServiceDefinition> {
  const found = /\.[cm]?[jt]s$/.test(path) ? await exportedBy(path) : [readData(path).data];
  const definitions = found.map((data) => definitionOf(data, path));
  const [definition] = definitions;
  if (definition === undefined) throw new InputFault(`${path} exports no service definition.`);
  if (definitions.length > 1)
    throw new InputFault(
      `${path} exports ${definitions.length} service definitions; a gateway takes one.`,
    );
  const routes = Object.keys(definition.routes).filter((routeKey) => routeKey !== "$connect");
  if (routes.length === 0)
    throw new InputFault(`${path} names no route, so that no request would match.`);
  return definition;
}

/** In a worker: a process never loads a module twice, and what it starts ends with the worker. */
const LOADER = `
const { parentPort, workerData } = require("node:worker_threads");
import(workerData).then((exported) => {
  const found = Object.values(exported).filter(
    (one) => one instanceof Object && "service" in one && "routes" in one,
  );
  parentPort.postMessage(JSON.stringify(found));
});`;

async function exportedBy(path: string): Promise<readonly unknown[]> {
  if (!existsSync(path)) throw new InputFault(`${path} can't be read: there is no such file.`);
  const worker = new Worker(LOADER, {
    eval: true,
    workerData: pathToFileURL(resolve(path)).href,
    // What Node says besides its error is about itself, such as that it strips types.
    execArgv: [...process.execArgv, "--no-warnings"],
  });
  const timeout = AbortSignal.timeout(LOAD_MILLISECONDS);
  try {
    return await new Promise((loaded, failed) => {
      timeout.onabort = () => failed(new Error("it takes too long"));
      worker.on("message", (text: string) => loaded([...new Set(JSON.parse(text) as unknown[])]));
      worker.on("error", failed);
      worker.on("exit", () => failed(new Error("it ends the process")));
    });
  } catch (error) {
    throw new InputFault(
      `${path} can't be loaded: ${reasonOf(sentenceOf(error))}${lineOf(error)}.`,
    );
  } finally {
    timeout.onabort = null;
    await worker.terminate();
  }
}

/** Of the type stripper's errors, whose stack begins with the place. */
function lineOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const [, line] = /^\S+:(\d+)\n/.exec(stack) ?? [];
  return line === undefined ? "" : ` (line ${line})`;
}

/** Node's reason, with what mends it where Node does not say. */
function reasonOf(sentence: string): string {
  const reason = sentence.replace(/\.$/, "");
  if (/outside a module|Unexpected token 'export'/.test(reason))
    return `${reason}: its package.json has another type than "module", so call it .mts or .mjs`;
  if (/Unknown file extension "\.[cm]?ts"/.test(reason))
    return `${reason}: this Node.js loads no TypeScript; Node.js 22.18 and newer do`;
  return reason;
}
