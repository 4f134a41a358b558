import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

type Settings = Readonly<Record<string, string>>;

/**
 * The settings of a section in a file of AWS's shared format. Undefined: it has no such section.
 * Nested settings are left out.
 */
export function readSection(file: string, header: string): Settings | undefined {
  const { at, lines } = find(linesOf(file), header);
  if (at < 0) return undefined;
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([^\s=#;][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A section as it is to be written: lines below its header. */
export interface Section {
  readonly header: string;
  readonly lines: readonly string[];
}

/**
 * Writes sections into a file of AWS's shared format, each in place of the one with its header.
 * Everything else in the file stays as it is. Readable by its owner only when it is new.
 */
export function writeSections(file: string, sections: readonly Section[]): void {
  let lines = linesOf(file);
  for (const { header, lines: own } of sections) {
    const { at, lines: former } = find(lines, header);
    const section = [header, ...own, ""];
    lines =
      at < 0
        ? [
            ...withoutBlankEnd(lines),
            ...(lines.some((line) => line.trim()) ? [""] : []),
            ...section,
          ]
        : [...lines.slice(0, at), ...section, ...lines.slice(at + 1 + former.length)];
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  replaceFile(file, `${withoutBlankEnd(lines).join("\n")}\n`);
}

/** Writes a file at once, so that a reader finds it as it was or as it is. */
export function replaceFile(file: string, text: string): void {
  // The file may be a link to where a person keeps such files.
  const target = existsSync(file) ? realpathSync(file) : file;
  const own = `${target}.${process.pid}`;
  writeFileSync(own, text, { mode: 0o600 });
  renameSync(own, target);
}

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, "utf8").split(/\r?\n/) : [];

function find(all: readonly string[], header: string): { at: number; lines: readonly string[] } {
  const at = all.findIndex((line) => line.trim() === header);
  if (at < 0) return { at, lines: [] };
  const following = all.slice(at + 1);
  const length = following.findIndex((line) => line.startsWith("["));
  return { at, lines: length < 0 ? following : following.slice(0, length) };
}

function withoutBlankEnd(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return lines.slice(0, last + 1);
}
