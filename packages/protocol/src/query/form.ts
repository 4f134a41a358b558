import { Malformed } from "../message/malformed.ts";

/** More than any operation uses. */
export const MAX_PARAMETERS = 10_000;
/** Longer than the longest parameter name of any operation. */
export const MAX_PARAMETER_NAME = 512;

/**
 * Adds the parameters of `application/x-www-form-urlencoded` text to `form`.
 * AWS takes the first of two parameters with one name. We refuse them as ambiguous.
 * @throws {Malformed} on bad escapes, repeated or overlong names, too many parameters
 */
export function readForm(encoded: string, form: Map<string, string>): void {
  const text = encoded.includes("+") ? spaced(encoded) : encoded;
  for (let start = 0; start <= text.length; ) {
    const next = text.indexOf("&", start);
    const end = next === -1 ? text.length : next;
    if (end > start) readParameter(text.slice(start, end), form);
    start = end + 1;
  }
}

function readParameter(pair: string, form: Map<string, string>): void {
  const equals = pair.indexOf("=");
  const name = unescapeText(equals === -1 ? pair : pair.slice(0, equals));
  if (name.length > MAX_PARAMETER_NAME) {
    throw new Malformed(
      "MalformedInput",
      `a parameter's name is longer than ${MAX_PARAMETER_NAME} characters`,
    );
  }
  if (form.has(name))
    throw new Malformed("MalformedInput", `parameter \`${name}\` is given more than once`);
  if (form.size === MAX_PARAMETERS) {
    throw new Malformed("MalformedInput", `more than ${MAX_PARAMETERS} parameters`);
  }
  form.set(name, equals === -1 ? "" : unescapeText(pair.slice(equals + 1)));
}

// A plus is a space in a form. Works on bytes, because `replaceAll` takes a second for a body that
// consists of pluses.
function spaced(text: string): string {
  const bytes = Buffer.from(text);
  for (let at = bytes.indexOf("+"); at !== -1 && at < bytes.length; at++)
    if (bytes[at] === 0x2b) bytes[at] = 0x20;
  return bytes.toString();
}

function unescapeText(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new Malformed("MalformedQueryString", "the query string contains a syntax error", 404);
  }
}
