import { DOCUMENT_PARTS, type DocumentPart } from "../pages/simulator/simulation-case.ts";

/** What a file is for: a policy of some kind, a service definition, or tests. */
export type FilePart = DocumentPart | "service" | "test";

export interface ProjectFile {
  /** Such as `policies/reader.json`. Each file has another one. */
  readonly path: string;
  readonly part: FilePart;
  readonly text: string;
}

/** Requests of the simulator: actions and resources one a line, context keys in lower case. */
export interface ProjectRequests {
  readonly actions: string;
  readonly resources: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** All that the playground holds. */
export interface Project {
  readonly files: readonly ProjectFile[];
  readonly requests: ProjectRequests;
}

const PARTS: ReadonlySet<string> = new Set([...DOCUMENT_PARTS, "service", "test"]);

/** Bounds what a link can bring in. */
export const MOST_FILES = 50;
const MOST_PATH = 200;
const MOST_KEYS = 100;

export const isDocument = (file: ProjectFile): file is ProjectFile & { part: DocumentPart } =>
  file.part !== "service" && file.part !== "test";

/** A project of data from a link. Undefined: they are none. Parts that are wrong are left out. */
export function projectOf(data: unknown): Project | undefined {
  if (!isRecord(data) || !Array.isArray(data.files)) return undefined;
  const files = new Map<string, ProjectFile>();
  for (const file of data.files.slice(0, MOST_FILES)) {
    if (!isRecord(file)) continue;
    const { path, part, text } = file;
    if (typeof path !== "string" || typeof part !== "string" || typeof text !== "string") continue;
    if (path === "" || path.length > MOST_PATH || !PARTS.has(part)) continue;
    files.set(path, { path, part: part as FilePart, text });
  }
  const requests = isRecord(data.requests) ? data.requests : {};
  return {
    files: [...files.values()],
    requests: {
      actions: textOf(requests.actions),
      resources: textOf(requests.resources) || "*",
      context: contextOf(requests.context),
    },
  };
}

const isRecord = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === "object" && data !== null;

const textOf = (data: unknown): string => (typeof data === "string" ? data : "");

function contextOf(data: unknown): Record<string, readonly string[]> {
  if (!isRecord(data)) return {};
  const entries = Object.entries(data).slice(0, MOST_KEYS);
  return Object.fromEntries(
    entries.flatMap(([key, values]) =>
      Array.isArray(values) && values.every((value) => typeof value === "string")
        ? [[key.toLowerCase(), values] as const]
        : [],
    ),
  );
}

/** A path that no file has yet: `policy.json`, `policy-2.json`. */
export function freePath(files: readonly ProjectFile[], wanted: string): string {
  const [, base = wanted, ending = ""] = /^(.*?)((?:\.test|\.service)?\.\w+)?$/.exec(wanted) ?? [];
  let path = wanted;
  for (let more = 2; files.some((file) => file.path === path); more++)
    path = `${base}-${more}${ending}`;
  return path;
}

/** What a path means that a file names: it is relative to that file. */
export function resolvedPath(from: string, path: string): string {
  const steps = path.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const step of path.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "." && step !== "") steps.push(step);
  }
  return steps.join("/");
}
