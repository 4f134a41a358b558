import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const DOCS = resolve(import.meta.dirname, "../../../docs");

/** A block of code on a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
  /** Of the comment before it. */
  readonly comment: string;
}

/** What a tutorial page has a reader do. */
export type Step =
  | { readonly kind: "file"; readonly name: string; readonly text: string }
  | { readonly kind: "run"; readonly text: string; readonly line: number }
  | { readonly kind: "terminal"; readonly text: string; readonly ready: string }
  | { readonly kind: "skipped"; readonly reason: string };

export interface Page {
  readonly blocks: readonly Block[];
  readonly steps: readonly Step[];
  /** The page whose terminals run first. */
  readonly after: string | undefined;
  /** The example whose files the reader has, such as `examples/policies`. */
  readonly within: string | undefined;
  /** Why no block of the page runs. */
  readonly notRun: string | undefined;
}

/** A page of docs/, such as `five-minutes.md`. */
export function readPage(name: string): Page {
  const source = readFileSync(join(DOCS, name), "utf8");
  const blocks = blocksOf(source);
  return {
    blocks,
    steps: blocks.flatMap(stepsOf),
    after: /^<!-- tutorial after (\S+):/m.exec(source)?.[1],
    within: /^<!-- tutorial in (\S+) -->/m.exec(source)?.[1],
    notRun: /^<!-- not run on this page: ([^>]+?)\s*-->/m.exec(source)?.[1],
  };
}

function blocksOf(source: string): readonly Block[] {
  const pattern = /(?:^<!-- ([^>]*?) -->\n)?^```([\w-]*)\n([\s\S]*?)^```$/gm;
  return [...source.matchAll(pattern)].map(({ index, 1: comment = "", 2: language, 3: text }) => ({
    language: language ?? "",
    text: text ?? "",
    line: source.slice(0, index).split("\n").length,
    comment,
  }));
}

function stepsOf({ language, text, line, comment }: Block): readonly Step[] {
  const name = /^(?:\/\/|#) ([\w./-]+\.\w+)\n/.exec(text)?.[1];
  if (name !== undefined && language !== "sh") return [{ kind: "file", name, text }];
  if (language !== "sh") return [];
  const reason = /^not run: (.+)$/.exec(comment)?.[1];
  if (reason !== undefined) return [{ kind: "skipped", reason }];
  const ready = /^terminal; ready when it writes: (.+)$/.exec(comment)?.[1];
  if (ready !== undefined) return [{ kind: "terminal", text, ready }];
  return [{ kind: "run", text, line }];
}
