/**
 * Wildcards are matched iteratively with one backtrack point, in time O(pattern x text) at worst; no RegExp is ever
 * built from what a user wrote. A glob is a list of character codes with these negative ones among them.
 */
export type Glob = readonly number[];

/** `*`: any characters, also none, also `/` and `:`. */
export const ANY_TEXT = -1;
/** `?`: exactly one character (UTF-16 code unit). */
export const ANY_CHARACTER = -2;
/** One of the colons that separate an ARN's six parts; a colon inside the resource part is an ordinary character. */
export const SEPARATOR = -3;

const COLON = 58;

/** Whether `text` matches `pattern`, in which `*` stands for any characters and `?` for exactly one. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const glob: number[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const code = pattern.charCodeAt(at);
    glob.push(code === 42 ? ANY_TEXT : code === 63 ? ANY_CHARACTER : code);
  }
  return matchesGlob(glob, text, 0, 0);
}

/**
 * Whether the text from index `from` on matches the whole glob. Colons before index `separatorsEnd` are an ARN's
 * separators: in the glob only `SEPARATOR` and `*` stand for them, so that no part of a pattern slides into another
 * because a resource holds colons.
 */
export function matchesGlob(glob: Glob, text: string, from: number, separatorsEnd: number): boolean {
  const globLength = glob.length;
  const textLength = text.length;
  let at = from;
  let next = 0;
  let retryGlob = -1;
  let retryText = 0;
  while (at < textLength) {
    let code = text.charCodeAt(at);
    if (code === COLON && at < separatorsEnd) code = SEPARATOR;
    const wanted = next < globLength ? glob[next] : undefined;
    if (wanted === ANY_TEXT) {
      retryGlob = ++next;
      retryText = at;
      // A star at the end takes all that is left.
      if (next === globLength) return true;
    } else if (wanted === code || (wanted === ANY_CHARACTER && code !== SEPARATOR)) {
      next++;
      at++;
    } else if (retryGlob >= 0) {
      next = retryGlob;
      at = ++retryText;
    } else return false;
  }
  while (next < globLength && glob[next] === ANY_TEXT) next++;
  return next === globLength;
}
