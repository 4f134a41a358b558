// Interfaces as the sources declare them, with their docstrings: what a reference page says of an
// option is what the code says of it.
import { readFileSync } from "node:fs";

/**
 * The members of an exported interface.
 * @returns {readonly { name: string, type: string, text: string, default: string | undefined }[]}
 */
export function membersOf(path, name) {
  const source = readFileSync(path, "utf8");
  const start = new RegExp(`^export interface ${name}(?: extends [^{]+)? \\{$`, "m").exec(source);
  if (start === null) throw new Error(`${path} declares no interface ${name}`);
  const begin = start.index + start[0].length;
  const body = source.slice(begin, source.indexOf("\n}\n", begin) + 1);
  const member =
    /(?:^ {2}\/\*\*([\s\S]*?)\*\/\n)?^ {2}readonly (\w+)(\??): ([\s\S]*?);\n(?=\n? {2}\S|$)/gm;
  return [...body.matchAll(member)].map(([, doc = "", key, optional, type]) => {
    const text = doc
      .replace(/^\s*\* ?/gm, " ")
      .replace(/\s+/g, " ")
      .trim();
    const [before, after] = text.split(/@default /);
    return {
      name: key,
      type: type.replace(/\s+/g, " "),
      isOptional: optional === "?",
      text: before.trim(),
      default: after?.trim(),
    };
  });
}

/** The docstring of an exported function or constant, as one line. */
export function docstringOf(path, name) {
  const source = readFileSync(path, "utf8");
  const found = source.match(
    new RegExp(
      `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:async )?(?:function|const|interface) ${name}\\b`,
    ),
  );
  if (found === null) throw new Error(`${path} has no docstring of ${name}`);
  return found[1]
    .replace(/^\s*\* ?/gm, " ")
    .replace(/\s+/g, " ")
    .split(" @")[0]
    .trim();
}
