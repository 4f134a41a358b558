import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { PolicyKind } from "@portcullis/policy";
import { InputFault } from "@portcullis/testing/input-fault";
import { readText } from "./read-file.ts";

export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The policy documents among files and directories. Of a directory, all `.json` files below it but
 * those that are JSON and no policy.
 * @throws {InputFault} if there is none
 */
export function policyFiles(paths: readonly string[]): readonly PolicyFile[] {
  const files = paths.flatMap((path) =>
    isDirectory(path)
      ? jsonFilesIn(path)
          .map((file) => ({ path: file, text: readText(file) }))
          .filter(({ text }) => mayBePolicy(text))
      : [{ path, text: readText(path) }],
  );
  if (files.length === 0) throw new InputFault(`No policy was found in ${paths.join(", ")}.`);
  return files;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function jsonFilesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json") && !/(?:^|[/\\])node_modules[/\\]/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

function mayBePolicy(text: string): boolean {
  const data = parsed(text);
  return data === undefined || isPolicyShaped(data);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Broken JSON is reported by the check itself.
    return undefined;
  }
}

/** Whether JSON data has the member that every policy document has. */
function isPolicyShaped(data: unknown): boolean {
  return typeof data === "object" && data !== null && Object.hasOwn(data, "Statement");
}

/** The kind that a document most likely has: by its principals and actions. */
export function likelyKind(text: string): PolicyKind {
  const data = parsed(text) as { readonly Statement?: unknown } | undefined;
  const statements = [data?.Statement].flat() as readonly (Readonly<
    Record<string, unknown>
  > | null)[];
  const named = statements.filter(
    (one) => one instanceof Object && ("Principal" in one || "NotPrincipal" in one),
  );
  if (named.length === 0) return "identity";
  const assumes = named.every(
    (one) =>
      !(one instanceof Object && "Resource" in one) &&
      [one?.Action].flat().every((action) => /^sts:/i.test(String(action))),
  );
  return assumes ? "trust" : "resource";
}
