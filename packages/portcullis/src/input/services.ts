import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  isServiceReference,
  type KnownServices,
  knownServices,
  type NamedData,
} from "@portcullis/testing";
import { InputFault, sentenceOf } from "@portcullis/testing/input-fault";
import { readData } from "./read-file.ts";

/**
 * Reads service definitions (JSON, YAML, or a module that exports one) and service references in
 * the form of AWS's.
 * @throws {InputFault} if a file has neither
 */
export async function readServices(paths: readonly string[]): Promise<KnownServices> {
  const found: NamedData[] = [];
  for (const path of paths) found.push(...(await servicesIn(path)));
  return knownServices(found);
}

async function servicesIn(path: string): Promise<readonly NamedData[]> {
  if (!/\.[cm]?[jt]s$/.test(path)) return [readData(path)];
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new InputFault(`${path} can't be loaded: ${sentenceOf(error)}.`);
  }
  const found = Object.values(exported).filter(
    (one) =>
      isServiceReference(one) || (one instanceof Object && "service" in one && "routes" in one),
  );
  if (found.length === 0) throw new InputFault(`${path} exports no service definition.`);
  return found.map((data) => ({ path, data }));
}
