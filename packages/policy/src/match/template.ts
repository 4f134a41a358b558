import type { RequestContext } from "../model/request-context.ts";
import { ANY_CHARACTER, ANY_TEXT, type Glob, globOf, SEPARATOR } from "./wildcard.ts";

/** A policy variable, `${key}` or `${key, 'default'}` (IAM UG/reference_policies_variables). */
export interface Variable {
  /** In lower case. */
  readonly key: string;
  /** The key as the document spells it. */
  readonly name: string;
  readonly fallback?: string;
}

/** Text that a user wrote: literal stretches, wildcards and variables. */
export type Template = readonly (string | typeof ANY_TEXT | typeof ANY_CHARACTER | Variable)[];

const LITERAL_VARIABLES: ReadonlySet<string> = new Set(["*", "?", "$"]);

/**
 * Takes a text apart. Without `wildcards`, `*` and `?` are literal; without `variables` (documents older than
 * 2012-10-17, and places where AWS has none: before `variablesFrom`) so is `${`. An unclosed `${` is literal.
 */
export function parseTemplate(
  text: string,
  wildcards: boolean,
  variables: boolean,
  variablesFrom = 0,
): Template {
  const first = text.search(/[*?$]/);
  if (first < 0) return text === "" ? [] : [text];
  const pieces: Template[number][] = [];
  let literal = 0;
  let pending = "";
  let close = 0;
  const flush = (end: number) => {
    pending += text.slice(literal, end);
    if (pending !== "") pieces.push(pending);
    pending = "";
  };
  for (let at = first; at < text.length; at++) {
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
      // Sought once only when there is none: `${${${...` must not cost the square of its length.
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
      at = close;
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

export function variablesOf(template: Template): readonly Variable[] {
  return template.filter((piece) => typeof piece === "object");
}

/** A variable's text, or undefined: no value, and no default. A key with several values has no one value. */
function textOf(variable: Variable, context: RequestContext): string | undefined {
  const value = context.get(variable.key);
  if (typeof value === "string") return value;
  if (value !== undefined && value.length > 0) return value.length === 1 ? value[0] : undefined;
  return variable.fallback;
}

/**
 * A glob of the template; undefined when a variable has neither value nor default. What a variable stands for is
 * literal: its `*` and `?` never act as wildcards. The first `separators` colons separate an ARN's parts.
 */
export function resolveGlob(
  template: Template,
  context: RequestContext,
  separators = 0,
): Glob | undefined {
  const codes: number[] = [];
  let left = separators;
  for (const piece of template) {
    if (typeof piece === "number") {
      codes.push(piece);
      continue;
    }
    const text = typeof piece === "string" ? piece : textOf(piece, context);
    if (text === undefined) return undefined;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const separates = code === 58 && left-- > 0;
      codes.push(separates ? SEPARATOR : code);
    }
  }
  return globOf(codes);
}

/** The text of a template without wildcards; undefined when a variable has neither value nor default. */
export function resolveText(template: Template, context: RequestContext): string | undefined {
  let text = "";
  for (const piece of template) {
    if (typeof piece === "number") continue;
    const part = typeof piece === "string" ? piece : textOf(piece, context);
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
}

/** A template's glob when it needs no request to know it. */
export function constantGlob(template: Template, separators = 0): Glob | undefined {
  return template.some((piece) => typeof piece === "object")
    ? undefined
    : resolveGlob(template, NO_CONTEXT, separators);
}

/** A template's text when it needs no request to know it. */
export function constantText(template: Template): string | undefined {
  return template.some((piece) => typeof piece === "object")
    ? undefined
    : resolveText(template, NO_CONTEXT);
}

const NO_CONTEXT: RequestContext = { get: () => undefined };
