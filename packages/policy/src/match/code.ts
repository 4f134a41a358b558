// The codes of a pattern and of a text: UTF-16 codes, and negative codes for what is special.

/** `*`: any characters or none, `/` and `:` included. */
export const ANY_TEXT = -1;
/** `?`: exactly one character (UTF-16 code unit). */
export const ANY_CHARACTER = -2;
/**
 * A colon between two of an ARN's six parts. Colons inside the resource part are ordinary
 * characters.
 */
export const SEPARATOR = -3;

const COLON = 58;

/** The code of a text's character. Colons before index `separatorsEnd` separate an ARN's parts. */
export function codeAt(text: string, at: number, separatorsEnd: number): number {
  const code = text.charCodeAt(at);
  return code === COLON && at < separatorsEnd ? SEPARATOR : code;
}
