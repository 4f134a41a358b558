import type { Services } from "@portcullis/analysis";
import { InputFault, knownServices, parseData } from "@portcullis/testing";
import type { ProjectFile } from "./project.ts";

/** The services that a project's files define, and what is wrong with a file. */
export interface ProjectServices {
  readonly indexed: Services | undefined;
  /** By the file's path. */
  readonly faults: ReadonlyMap<string, string>;
}

export function servicesOf(files: readonly ProjectFile[]): ProjectServices {
  const faults = new Map<string, string>();
  const found = files.flatMap(({ path, part, text }) => {
    if (part !== "service") return [];
    try {
      const data = parseData(text, path);
      knownServices([data]);
      return [data];
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      faults.set(path, error.message);
      return [];
    }
  });
  return { indexed: knownServices(found).indexed, faults };
}
