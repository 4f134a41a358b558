import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The operations that test files send, and those that they expect to be refused. */
export interface TestedOperations {
  readonly sent: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
}

/**
 * Read off the sources: an operation is sent where its command is made, and refused where that is
 * inside `refusal(...)`, by itself or through names that the file defines. Names are followed as
 * far as they go, so a shared one counts for all that it leads to.
 */
export function testedOperations(directory: string): TestedOperations {
  const sent = new Set<string>();
  const refused = new Set<string>();
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".test.ts")) continue;
    const source = withoutImports(readFileSync(join(directory, name), "utf8"));
    const definitions = definitionsIn(source);
    for (const operation of commandsIn(source)) sent.add(operation);
    for (const argument of argumentsOf("refusal", source)) {
      for (const operation of reachableFrom(argument, definitions, new Set()))
        refused.add(operation);
    }
  }
  return { sent, refused };
}

const withoutImports = (source: string): string => source.replace(/^import [^;]*;$/gm, "");

const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(/\bnew (\w+)Command\(/g)].map(([, operation]) => operation ?? "");

/** The text of each definition in the file, by name; several of one name count together. */
function definitionsIn(source: string): ReadonlyMap<string, string> {
  const definitions = new Map<string, string>();
  const define = (names: string, text: string) => {
    for (const [name] of names.matchAll(/\w+/g))
      definitions.set(name, (definitions.get(name) ?? "") + text);
  };
  // Parameters of tests that are run for each of a list.
  for (const { index } of source.matchAll(/\.each\(/g)) {
    const end = closingOf(source, index + ".each".length);
    const parameters = /^\)\(\s*"[^"]*",\s*(?:async\s*)?\(([^)]*)\)\s*=>/.exec(
      source.slice(end),
    )?.[1];
    if (parameters !== undefined) define(parameters, source.slice(index, end));
  }
  for (const match of source.matchAll(/\b(?:const|function) (\{[^}=]*\}|\[[^\]=]*\]|\w+)/g)) {
    define(match[1] ?? "", statementAt(source, match.index));
  }
  return definitions;
}

function* reachableFrom(
  text: string,
  definitions: ReadonlyMap<string, string>,
  seen: Set<string>,
): Iterable<string> {
  yield* commandsIn(text);
  for (const [name] of text.matchAll(/\w+/g)) {
    const definition = definitions.get(name);
    if (definition === undefined || seen.has(name)) continue;
    seen.add(name);
    yield* reachableFrom(definition, definitions, seen);
  }
}

function argumentsOf(called: string, source: string): readonly string[] {
  return [...source.matchAll(new RegExp(`\\b${called}\\(`, "g"))].map(({ index }) => {
    const start = index + called.length;
    return source.slice(start, closingOf(source, start));
  });
}

/** From the definition to the semicolon, or the brace, that ends it. */
function statementAt(source: string, start: number): string {
  let at = start;
  while (at < source.length && source[at] !== ";") {
    const opens = "([{".includes(source[at] ?? "");
    const block = source[at] === "{" && source.startsWith("function", start);
    at = opens ? closingOf(source, at) + 1 : at + 1;
    if (block) break;
  }
  return source.slice(start, at);
}

/**
 * Where the bracket at `start` is closed. Brackets in the strings of a test come in pairs, or
 * nearly.
 */
function closingOf(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    if ("([{".includes(source[at] ?? "")) depth++;
    else if (")]}".includes(source[at] ?? "") && --depth === 0) return at;
  }
  return source.length;
}
