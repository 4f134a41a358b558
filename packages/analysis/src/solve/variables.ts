import { type ContextValue, parseTemplate, type Variable, variablesOf } from "@portcullis/policy";
import type { FixedKeys } from "../condition/solve-conditions.ts";
import type { StatementModel } from "../statement/statements.ts";
import { variableKeys } from "../text/variable-keys.ts";

/**
 * What policy variables stand for in one request: by key, in lower case; undefined: the key is
 * absent.
 */
export type Assignment = ReadonlyMap<string, string | undefined>;

/** The variables of statements, each key once. */
function variablesIn(statements: readonly StatementModel[]): readonly string[] {
  const texts = statements.filter(({ variables }) => variables).flatMap(textsOf);
  return [...new Set(texts.flatMap(variableKeys))];
}

/** The texts of a statement that may have variables. */
const textsOf = ({ resource, condition }: StatementModel): readonly string[] => [
  ...resource.patterns,
  ...condition.flatMap(({ values }) => values),
];

/** More assignments than this are not tried. */
const LIMIT = 40;
const PLAIN = "example";
/** More texts than this suggest no names. */
const MOST_TEXTS = 300;

/** Assignments worth a try: a name, no value, and names at which the statements' texts meet. */
export function assignmentsFor(statements: readonly StatementModel[]): readonly Assignment[] {
  const keys = variablesIn(statements);
  const all: Assignment[] = [
    new Map(keys.map((key) => [key, PLAIN])),
    new Map(keys.map((key) => [key, undefined])),
    new Map(keys.map((key, at) => [key, `${PLAIN}${at}`])),
  ];
  const plain = new Map<string, string | undefined>(keys.map((key) => [key, PLAIN]));
  for (const key of keys) {
    for (const value of [...valuesFor(key, statements), undefined]) {
      if (all.length >= LIMIT) return all;
      all.push(new Map(plain).set(key, value));
    }
  }
  return all;
}

function valuesFor(key: string, statements: readonly StatementModel[]): ReadonlySet<string> {
  const values = new Set<string>();
  for (const entry of statements.flatMap(({ condition }) => condition)) {
    if (entry.key.toLowerCase() === key) for (const value of entry.values) values.add(named(value));
  }
  const texts = statements.flatMap(textsOf).slice(0, MOST_TEXTS);
  for (const template of texts) {
    const at = template.indexOf("${");
    if (at < 0) continue;
    const end = template.indexOf("}", at);
    const next = template.charAt(end + 1);
    for (const text of texts) {
      if (text === template || !text.startsWith(template.slice(0, at))) continue;
      const rest = text.slice(at);
      const stop = next === "" ? -1 : rest.indexOf(next);
      values.add(named(stop < 0 ? rest : rest.slice(0, stop)));
    }
  }
  return values;
}

/** A text without wildcards and variables, which matches itself only. */
const named = (text: string): string => text.replace(/\$\{[^}]*\}/g, "x").replace(/[*?$]/g, "x");

/** The values that an assignment leaves to each key: the one that it gives, or absence. */
export function fixedBy(assignment: Assignment): FixedKeys {
  return new Map([...assignment].map(([key, value]) => [key, [value]]));
}

/** The request context that an assignment describes, without its absent keys. */
export function contextOf(assignment: Assignment): { readonly [key: string]: ContextValue } {
  return Object.fromEntries(
    [...assignment].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** The statement as it reads for one request. */
export function instantiate(statement: StatementModel, assignment: Assignment): StatementModel {
  if (!statement.variables) return statement;
  const { resource, condition } = statement;
  const patterns = resource.patterns.map((pattern) => fill(pattern, assignment));
  return {
    ...statement,
    resource: { ...resource, patterns: patterns.filter((pattern) => pattern !== undefined) },
    condition: condition.map((entry) => ({
      ...entry,
      values: entry.values.map((value) => fill(value, assignment) ?? NO_VALUE),
    })),
  };
}

/** What nothing equals, and no ARN is like. */
const NO_VALUE = "\u0001:\u0001:\u0001:\u0001:\u0001:\u0001";

function fill(text: string, assignment: Assignment): string | undefined {
  if (!text.includes("${")) return text;
  let absent = false;
  const filled = text.replace(/\$\{([^}]*)\}/g, (written, inside: string) => {
    if (inside === "*" || inside === "?" || inside === "$") return written;
    const [variable] = variablesOf(parseTemplate(written, true, true));
    const value = variable === undefined ? undefined : assignedTo(variable, assignment);
    if (value === undefined) absent = true;
    return value ?? "";
  });
  return absent ? undefined : filled;
}

function assignedTo({ key, fallback }: Variable, assignment: Assignment): string | undefined {
  return assignment.get(key) ?? (fallback === undefined ? undefined : named(fallback));
}
