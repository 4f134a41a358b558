import { Malformed } from "../message/malformed.ts";

/** More than any operation uses. */
const MAX_PARAMETERS = 1_000;

/** Node and API Gateway accept no longer URL. */
export const MAX_URL_PART_CHARACTERS = 16_384;

/**
 * The parameters of a raw query string, each with all its values in order.
 * @throws {Malformed} on bad escapes, too many parameters, or a string that is too long
 */
export function readQueryString(rawQuery: string): ReadonlyMap<string, readonly string[]> {
  const parameters = new Map<string, string[]>();
  if (rawQuery === "") return parameters;
  if (rawQuery.length > MAX_URL_PART_CHARACTERS)
    throw new Malformed("ValidationException", "the query string is too long");
  const parts = rawQuery.split("&", MAX_PARAMETERS + 1);
  if (parts.length > MAX_PARAMETERS)
    throw new Malformed("ValidationException", `more than ${MAX_PARAMETERS} query parameters`);
  for (const part of parts) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? "" : decode(part.slice(equals + 1));
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new Malformed("ValidationException", "the query string has a broken escape");
  }
}
