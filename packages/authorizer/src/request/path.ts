import { isWireSpelling } from "@portcullis/protocol/sigv4";

/**
 * The path that is judged, from the path that a gateway hands over: decoded, and undefined where whoever is behind the gateway could
 * read it in another way than the one judged here: empty segments, `.` and `..`, separators and control characters that were
 * encoded, broken escapes. `encoded` is false for gateways that decode by themselves (HTTP APIs do).
 *
 * INVARIANT: decoding what the function behind is given yields what was judged, with the same number of segments.
 */
export function judgedPath(path: string, encoded: boolean): string | undefined {
  if (!path.startsWith("/")) return undefined;
  const segments = path.slice(1).split("/");
  const judged: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const plain = encoded ? decodedOnce(segment) : segment;
    const last = index === segments.length - 1;
    if (plain === undefined || (plain === "" && !last)) return undefined;
    if (plain === "." || plain === ".." || AMBIGUOUS.test(plain)) return undefined;
    judged.push(plain);
  }
  return `/${judged.join("/")}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const AMBIGUOUS = /[/\\\u0000-\u001f\u007f]/;

/** Undefined: a broken escape, or bytes that are no UTF-8. */
export function decodedOnce(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/**
 * Path parameters, decoded; undefined where one was spelled in another way than clients spell it: REST APIs hand parameters over
 * as they came, so `%61` would be judged as `a` while the function behind may see three characters.
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
