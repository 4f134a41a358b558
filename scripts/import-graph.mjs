// What the sources of a package import, read from their text: this runs before anything is
// installed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";

/**
 * The files of a package by their path within `src` (with `/`), each with what it imports.
 *
 * @returns {Map<string, { specifier: string, isType: boolean }[]>}
 */
export function readImports(packageDirectory) {
  const source = join(packageDirectory, "src");
  if (!existsSync(source)) return new Map();
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(
    files.map((file) => [
      relative(source, file).split(sep).join("/"),
      importsOf(readFileSync(file, "utf8")),
    ]),
  );
}

function importsOf(text) {
  const found = [];
  for (const [, type, specifier] of text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?[^"';]*?from\s+"([^"]+)"/gm,
  ))
    found.push({ specifier, isType: type !== undefined });
  for (const pattern of [/\bimport\s*\(\s*"([^"]+)"\s*[,)]/g, /^\s*import\s+"([^"]+)"/gm])
    for (const [, specifier] of text.matchAll(pattern)) found.push({ specifier, isType: false });
  return found;
}

/** The imports between a package's own files: by each file, those it imports. Types count too. */
export function relativeImports(imports) {
  return new Map(
    [...imports].map(([file, list]) => [
      file,
      list
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => posix.join(posix.dirname(file), specifier))
        .filter((target) => imports.has(target)),
    ]),
  );
}

/** Groups of files that import one another in a cycle: strongly connected components (Tarjan). */
export function findCycles(graph) {
  const order = new Map();
  const lowest = new Map();
  const stack = [];
  const cycles = [];
  const visit = (file) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    stack.push(file);
    for (const target of graph.get(file)) {
      if (!order.has(target)) visit(target);
      if (stack.includes(target))
        lowest.set(file, Math.min(lowest.get(file), lowest.get(target), order.get(target)));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const cycle = stack.splice(stack.indexOf(file));
    if (cycle.length > 1 || graph.get(file).includes(file)) cycles.push(cycle.sort());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return cycles;
}
