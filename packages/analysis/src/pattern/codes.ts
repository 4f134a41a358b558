import {
  ANY_CHARACTER,
  ANY_TEXT,
  parseTemplate,
  resourceStart,
  SEPARATOR,
  type Template,
} from "@portcullis/policy";

/**
 * A pattern as codes: a character's code, or one of the negative ones below. The meaning is the
 * engine's (`matchesGlob` and the resource trees); the property tests hold both side by side.
 */
export type Codes = readonly number[];

/** A colon of a pattern that is flat text: a separator or a colon of the resource part. */
export const ANY_COLON = -4;
/** `?` of a pattern that is flat text: any symbol, separators too. */
const ANY_SYMBOL = -5;
/** Any characters but colons. */
export const ANY_PART = -6;
/** One character that is no colon. */
const NO_COLON = -7;
/** Any characters, colons too, but no separator. */
export const ANY_REST = -8;
/** Behind a pattern's last code. */
export const END = -9;

/** The code of `:`. */
export const COLON = 58;
const STAR = 42;

/** A letter in either case is written as the negative of its lower case, below this. */
const FOLDED = -1000;
const KELVIN = 0x212a;

/** What `vendor:Name` can be, in lower case. */
export const ACTIONS: Codes = [NO_COLON, ANY_PART, COLON, NO_COLON, ANY_PART];

/** What a request's resource can be: an ARN of six parts, or `*`. */
export const RESOURCES: readonly Codes[] = [
  [
    ...codes("arn"),
    SEPARATOR,
    ANY_PART,
    SEPARATOR,
    ANY_PART,
    SEPARATOR,
    ANY_PART,
    SEPARATOR,
    ANY_PART,
    SEPARATOR,
    ANY_REST,
  ],
  [STAR],
];

/** The text's UTF-16 code units. */
export function codes(text: string): number[] {
  const result: number[] = [];
  for (let at = 0; at < text.length; at++) result.push(text.charCodeAt(at));
  return result;
}

/** An action pattern; actions are compared in lower case. */
export function actionCodes(pattern: string): Codes {
  return globCodes(pattern.toLowerCase());
}

/** Text with `*` and `?`, without variables. */
export function globCodes(text: string): Codes {
  return simplify(
    codes(text).map((code) => (code === STAR ? ANY_TEXT : code === 63 ? ANY_CHARACTER : code)),
  );
}

/** Text that matches in any case of its letters. */
export function foldedCodes(text: string): number[] {
  return codes(text.toLowerCase()).map((code) =>
    code >= 97 && code <= 122 ? FOLDED - code : code,
  );
}

/** The characters that a case-insensitive letter matches. Undefined for another code. */
export function lettersOf(code: number): readonly number[] | undefined {
  if (code >= FOLDED) return undefined;
  const lower = FOLDED - code;
  // The Kelvin sign's lower case is k.
  return lower === 107 ? [lower, lower - 32, KELVIN] : [lower, lower - 32];
}

export interface ResourceCodes {
  readonly codes: Codes;
  /** It has policy variables, for which `codes` has `*`. */
  readonly variables: boolean;
}

/**
 * A Resource pattern. `loose`: flat text, as the engine takes it where a match takes rights away;
 * else the first five colons are separators.
 */
export function resourceCodes(pattern: string, variables: boolean, loose: boolean): ResourceCodes {
  const partAt = resourceStart(pattern);
  const flat = loose && (partAt === 0 || /[*?]/.test(pattern.slice(0, partAt)));
  const template = parseTemplate(pattern, true, variables && partAt > 0, partAt);
  const found = templateCodes(template, flat ? "any" : "separate");
  return {
    codes: simplify(separatesParts(found) ? keptWithinParts(found) : found),
    variables: template.some((piece) => typeof piece === "object"),
  };
}

/**
 * A template as codes. Variables stand for anything.
 *
 * @param colons `separate`: the first five separate an ARN's parts. `any`: it is flat text that is
 *   compared with ARNs. `plain`: they are characters like others.
 */
export function templateCodes(
  template: Template,
  colons: "separate" | "any" | "plain",
  codesOf: (text: string) => Codes = codes,
): Codes {
  const result: number[] = [];
  let left = 5;
  for (const piece of template) {
    if (typeof piece === "object") result.push(ANY_TEXT);
    else if (typeof piece === "number")
      result.push(piece === ANY_CHARACTER && colons === "any" ? ANY_SYMBOL : piece);
    else {
      for (const code of codesOf(piece)) {
        if (code !== COLON || colons === "plain") result.push(code);
        else if (colons === "any") result.push(ANY_COLON);
        else result.push(left-- > 0 ? SEPARATOR : code);
      }
    }
  }
  return result;
}

/** Whether a pattern has all separators of an ARN. */
export const separatesParts = (pattern: Codes): boolean =>
  pattern.filter((code) => code === SEPARATOR).length === 5;

/** In a pattern with all five separators, a star before the last one matches no separator. */
function keptWithinParts(pattern: Codes): Codes {
  const last = pattern.lastIndexOf(SEPARATOR);
  return pattern.map((code, at) => (code === ANY_TEXT && at < last ? ANY_PART : code));
}

/** Several stars in a row are one. */
function simplify(pattern: readonly number[]): Codes {
  return pattern.filter((code, at) => code !== ANY_TEXT || pattern[at - 1] !== ANY_TEXT);
}

/** Whether a code matches a symbol: a character's code, `SEPARATOR`, or `OTHER`. */
export function accepts(code: number, symbol: number): boolean {
  if (code >= 0) return code === symbol;
  switch (code) {
    case ANY_TEXT:
    case ANY_SYMBOL:
      return true;
    case ANY_CHARACTER:
    case ANY_REST:
      return symbol !== SEPARATOR;
    case SEPARATOR:
      return symbol === SEPARATOR;
    case ANY_COLON:
      return symbol === COLON || symbol === SEPARATOR;
    case ANY_PART:
    case NO_COLON:
      return symbol !== COLON && symbol !== SEPARATOR;
    default:
      return code < FOLDED && lettersOf(code)!.includes(symbol);
  }
}

/** Whether a code matches any number of symbols, none included. */
export const isStar = (code: number): boolean =>
  code === ANY_TEXT || code === ANY_PART || code === ANY_REST;
