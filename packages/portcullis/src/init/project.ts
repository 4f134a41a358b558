import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { InputFault } from "@portcullis/testing/input-fault";
import { serviceName } from "../definition/names.ts";
import { readText } from "../input/read-file.ts";
import { type SourceFile, sourceFiles } from "./source-files.ts";

export const PROJECT_KINDS = ["sst", "express", "hono", "plain"] as const;
export type ProjectKind = (typeof PROJECT_KINDS)[number];

/** A project that Portcullis is added to, as its files show it. */
export interface Project {
  readonly directory: string;
  readonly kind: ProjectKind;
  /** What its service is to be called. */
  readonly service: string;
  readonly hasTypeScript: boolean;
  /** Whether its `.js` files are ES modules. */
  readonly hasModules: boolean;
  readonly dependencies: ReadonlySet<string>;
  readonly sources: readonly SourceFile[];
}

/**
 * Looks at the project in a directory.
 * @param kind in place of the one that the files show
 * @throws {InputFault} if its package.json is not JSON
 */
export function readProject(directory: string, kind: ProjectKind | undefined): Project {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new InputFault(`${directory} is no directory.`);
  const manifest = readManifest(join(directory, "package.json"));
  const dependencies = new Set(
    [manifest.dependencies, manifest.devDependencies].flatMap((list) =>
      typeof list === "object" && list !== null ? Object.keys(list) : [],
    ),
  );
  const has = (file: string) => existsSync(join(directory, file));
  const named = typeof manifest.name === "string" ? manifest.name.replace(/^@[^/]*\//, "") : "";
  return {
    directory,
    kind: kind ?? kindOf(dependencies, has("sst.config.ts")),
    service: usableName(named) ?? usableName(basename(resolve(directory))) ?? "api",
    hasTypeScript: dependencies.has("typescript") || has("tsconfig.json"),
    hasModules: manifest.type === "module",
    dependencies,
    sources: sourceFiles(directory),
  };
}

function readManifest(path: string): Readonly<Record<string, unknown>> {
  if (!existsSync(path)) return {};
  try {
    const manifest: unknown = JSON.parse(readText(path));
    return manifest instanceof Object ? { ...manifest } : {};
  } catch (error) {
    if (error instanceof InputFault) throw error;
    throw new InputFault(`${path} is not JSON.`);
  }
}

function kindOf(dependencies: ReadonlySet<string>, hasSst: boolean): ProjectKind {
  if (hasSst) return "sst";
  if (dependencies.has("express")) return "express";
  return dependencies.has("hono") ? "hono" : "plain";
}

/** Names that policies know already. */
const TAKEN: ReadonlySet<string> = new Set(["aws", "iam", "organizations", "sts", "execute-api"]);

function usableName(text: string): string | undefined {
  const name = serviceName(text);
  return name === "" || TAKEN.has(name) ? undefined : name;
}
