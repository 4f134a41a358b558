import type { RequestContext } from "../model/request-context.ts";
import { ANY_CHARACTER, ANY_TEXT, SEPARATOR } from "./code.ts";
import { type Glob, globOf } from "./wildcard.ts";
import { spend, type Work } from "./work.ts";

/** A policy variable, `${key}` or `${key, 'default'}` (IAM UG/reference_policies_variables). */
export interface Variable {
  /** In lower case. */
  readonly key: string;
  /** The key as the document spells it. */
  readonly name: string;
  readonly fallback?: string;
}

/** A text of a policy in pieces: literal texts, wildcards and variables. */
export type Template = readonly (string | typeof ANY_TEXT | typeof ANY_CHARACTER | Variable)[];

const LITERAL_VARIABLES: ReadonlySet<string> = new Set(["*", "?", "$"]);

/**
 * Where variables get their values from. Resolving them is work, because requests choose the
 * values.
 */
export interface VariableSource extends Work {
  readonly context: RequestContext;
}

/**
 * Splits a text into pieces. Without `wildcards`, `*` and `?` are literal. `${` is literal without
 * `variables` (documents older than 2012-10-17), before index `variablesFrom`, and if it is not
 * closed.
 */
export function parseTemplate(
  text: string,
  wildcards: boolean,
  variables: boolean,
  variablesFrom = 0,
): Template {
  // Most texts have none of them, and are compiled several times faster so.
  if (!/[*?$]/.test(text)) return text === "" ? [] : [text];
  const pieces: Template[number][] = [];
  let literal = 0;
  let pending = "";
  let close = 0;
  const flush = (end: number) => {
    pending += text.slice(literal, end);
    if (pending !== "") pieces.push(pending);
    pending = "";
  };
  for (const { index: at } of text.matchAll(/[*?$]/g)) {
    // Inside a variable.
    if (at < literal) continue;
    const code = text.charCodeAt(at);
    if (wildcards && (code === 42 || code === 63)) {
      flush(at);
      pieces.push(code === 42 ? ANY_TEXT : ANY_CHARACTER);
      literal = at + 1;
    } else if (
      variables &&
      code === 36 &&
      at >= variablesFrom &&
      text.charCodeAt(at + 1) === 123 &&
      close >= 0
    ) {
      // Not searched for again once there is none: `${${${...` must not cost its length squared.
      close = text.indexOf("}", at);
      if (close < 0) continue;
      const inside = text.slice(at + 2, close);
      if (LITERAL_VARIABLES.has(inside)) {
        pending += text.slice(literal, at) + inside;
      } else {
        flush(at);
        pieces.push(parseVariable(inside));
      }
      literal = close + 1;
    }
  }
  flush(text.length);
  return pieces;
}

function parseVariable(inside: string): Variable {
  const comma = inside.indexOf(",");
  const name = (comma < 0 ? inside : inside.slice(0, comma)).trim();
  const variable = { key: name.toLowerCase(), name };
  if (comma < 0) return variable;
  const rest = inside.slice(comma + 1).trim();
  const quoted = rest.length >= 2 && rest.startsWith("'") && rest.endsWith("'");
  return quoted ? { ...variable, fallback: rest.slice(1, -1) } : variable;
}

/** The variables of a template, in order. */
export function variablesOf(template: Template): readonly Variable[] {
  return template.filter((piece) => typeof piece === "object");
}

/** A piece's text. Undefined if a variable has no single value and no default. */
function textOf(piece: string | Variable, { context }: VariableSource): string | undefined {
  if (typeof piece === "string") return piece;
  const value = context.get(piece.key);
  if (typeof value === "string") return value;
  if (value !== undefined && value.length > 0) return value.length === 1 ? value[0] : undefined;
  return piece.fallback;
}

/**
 * The template's glob. Undefined if a variable has no single value and no default. Values are
 * literal: their `*` and `?` are no wildcards. The first `separators` colons separate an ARN's
 * parts.
 *
 * @throws {RangeError} if it takes more steps than are left
 */
export function resolveGlob(
  template: Template,
  source: VariableSource,
  separators = 0,
): Glob | undefined {
  const pieces: (string | number)[] = [];
  let length = 0;
  for (const piece of template) {
    const resolved = typeof piece === "number" ? piece : textOf(piece, source);
    if (resolved === undefined) return undefined;
    pieces.push(resolved);
    length += typeof resolved === "number" ? 1 : resolved.length;
  }
  spend(source, length);
  const codes = new Int32Array(length);
  let end = 0;
  let left = separators;
  for (const piece of pieces) {
    if (typeof piece === "number") codes[end++] = piece;
    else {
      for (let at = 0; at < piece.length; at++) {
        const code = piece.charCodeAt(at);
        codes[end++] = code === 58 && left-- > 0 ? SEPARATOR : code;
      }
    }
  }
  return globOf(codes);
}

/**
 * The text of a template without wildcards. Undefined if a variable has no single value and no
 * default.
 *
 * @throws {RangeError} if it takes more steps than are left
 */
export function resolveText(template: Template, source: VariableSource): string | undefined {
  let text = "";
  for (const piece of template) {
    if (typeof piece === "number") continue;
    const part = textOf(piece, source);
    if (part === undefined) return undefined;
    spend(source, part.length);
    text += part;
  }
  return text;
}

/** The template's glob, or undefined if it has variables. */
export function constantGlob(template: Template, separators = 0): Glob | undefined {
  return template.some((piece) => typeof piece === "object")
    ? undefined
    : resolveGlob(template, NO_SOURCE, separators);
}

/** The template's text, or undefined if it has variables. */
export function constantText(template: Template): string | undefined {
  return template.some((piece) => typeof piece === "object")
    ? undefined
    : resolveText(template, NO_SOURCE);
}

const NO_SOURCE: VariableSource = {
  context: { get: () => undefined },
  stepsLeft: Number.POSITIVE_INFINITY,
};
