/** A JSON object. Its members are read by name only. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A member of its own, never one of the prototype. */
export const memberOf = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** What is wrong with a request, in a sentence for the asker. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

/** A required text. @throws {Malformed} */
export function textIn(object: JsonObject, name: string, of: string, longest: number): string {
  const value = memberOf(object, name);
  if (typeof value !== "string" || value === "" || value.length > longest)
    throw new Malformed(`\`${of}.${name}\` must be a string of 1 to ${longest} characters.`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f]/.test(value))
    throw new Malformed(`\`${of}.${name}\` must have no control characters.`);
  return value;
}

/** An object. @throws {Malformed} */
export function objectIn(object: JsonObject, name: string): JsonObject {
  const value = memberOf(object, name);
  if (!isObject(value)) throw new Malformed(`\`${name}\` must be an object.`);
  return value;
}
