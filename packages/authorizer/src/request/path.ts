import { isWireSpelling } from "@portcullis/protocol/wire-paths";

/**
 * The decoded path, if the function behind the gateway can read it in one way only. Undefined for
 * empty segments, `.` and `..`, escaped separators and control characters, and broken escapes.
 *
 * INVARIANT: decoding what the function behind gets yields this path, with the same number of
 * segments.
 * @param encoded false for gateways that decode by themselves, as HTTP APIs do
 */
export function unambiguousPath(path: string, encoded: boolean): string | undefined {
  if (!path.startsWith("/")) return undefined;
  const segments = path.slice(1).split("/");
  const decoded: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const plain = encoded ? decodedOnce(segment) : segment;
    const last = index === segments.length - 1;
    if (plain === undefined || (plain === "" && !last)) return undefined;
    if (plain === "." || plain === ".." || AMBIGUOUS.test(plain)) return undefined;
    decoded.push(plain);
  }
  return `/${decoded.join("/")}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are searched for
const AMBIGUOUS = /[/\\\u0000-\u001f\u007f]/;

/** Undefined for a broken escape, and for bytes that are not UTF-8. */
function decodedOnce(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/**
 * Decoded path parameters. REST APIs pass parameters on as they came, so `%61` would be evaluated
 * as `a` where the function behind may see three characters. Undefined where a parameter is escaped
 * in another way than clients escape.
 */
export function decodedParameters(
  raw: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> | undefined {
  const decoded: [string, string][] = [];
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    const plain = decodedOnce(value);
    if (plain === undefined || !isWireSpelling(value, plain)) return undefined;
    decoded.push([name, plain]);
  }
  return Object.fromEntries(decoded);
}
