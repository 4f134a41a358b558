/**
 * A text with wildcards. It is matched iteratively with one backtrack point, in time O(pattern x text) at worst; no RegExp
 * is ever built from what a user wrote.
 */
export interface Glob {
  /** Character codes, and the negative ones below for wildcards. */
  readonly codes: readonly number[];
  /** Where the last `*` is, or -1: what stands behind it can only match at the text's end. */
  readonly lastStar: number;
}

export function globOf(codes: readonly number[]): Glob {
  return { codes, lastStar: codes.lastIndexOf(ANY_TEXT) };
}

/** `*`: any characters, also none, also `/` and `:`. */
export const ANY_TEXT = -1;
/** `?`: exactly one character (UTF-16 code unit). */
export const ANY_CHARACTER = -2;
/** One of the colons that separate an ARN's six parts; a colon inside the resource part is an ordinary character. */
export const SEPARATOR = -3;

const COLON = 58;

/** Whether `text` matches `pattern`, in which `*` stands for any characters and `?` for exactly one. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const codes: number[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const code = pattern.charCodeAt(at);
    codes.push(code === 42 ? ANY_TEXT : code === 63 ? ANY_CHARACTER : code);
  }
  return matchesGlob(globOf(codes), text, 0, text.length, 0);
}

/**
 * Whether the text between two indices matches the whole glob. Colons before index `separatorsEnd` are an ARN's
 * separators: in the glob only `SEPARATOR` and `*` stand for them, so that no part of a pattern slides into another
 * because a resource holds colons.
 */
export function matchesGlob(
  { codes, lastStar }: Glob,
  text: string,
  from: number,
  to: number,
  separatorsEnd: number,
): boolean {
  const end = codes.length;
  // Without a star all must match in place; with one, what is behind the last must match the end of the text.
  const tail = end - lastStar - 1;
  if (lastStar < 0 ? to - from !== end : to - from < tail) return false;
  for (let i = 1; i <= tail; i++) {
    if (!isOne(codes[end - i]!, text, to - i, separatorsEnd)) return false;
  }
  return lastStar < 0 || matchesUpToStar(codes, lastStar, text, from, to - tail, separatorsEnd);
}

/** Whether what is before the last star matches a beginning of the text between two indices. */
function matchesUpToStar(
  codes: readonly number[],
  lastStar: number,
  text: string,
  from: number,
  to: number,
  separatorsEnd: number,
): boolean {
  let at = from;
  let next = 0;
  let retryGlob = -1;
  let retryText = 0;
  while (next < lastStar) {
    const wanted = codes[next]!;
    if (wanted === ANY_TEXT) {
      retryGlob = ++next;
      retryText = at;
    } else if (at < to && isOne(wanted, text, at, separatorsEnd)) {
      next++;
      at++;
    } else if (retryGlob >= 0 && retryText < to) {
      next = retryGlob;
      at = ++retryText;
    } else return false;
  }
  return true;
}

function isOne(wanted: number, text: string, at: number, separatorsEnd: number): boolean {
  const code = text.charCodeAt(at);
  if (code === COLON && at < separatorsEnd) return wanted === SEPARATOR;
  return wanted === code || wanted === ANY_CHARACTER;
}
