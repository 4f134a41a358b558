import { matchesWildcard, resourceStart } from "@portcullis/policy";
import { grouped } from "../collection/grouped.ts";
import { literalResource, literalText } from "./resource-text.ts";

/** A resource as its service's ARN format takes it apart. */
export interface ObservedResource {
  readonly resource: string;
  /**
   * Literal texts of the format; there is one more than there are values. Undefined: no format
   * fits.
   */
  readonly literals: readonly string[] | undefined;
  /** The values of the format's variables. */
  readonly values: readonly string[];
  /** The names of the format's variables. */
  readonly names: readonly string[];
}

/** An ARN format of a service, such as `arn:aws:orders:${Region}:${Account}:order/${OrderId}`. */
export interface ArnFormat {
  /** The texts around the variables: one more than there are variables. */
  readonly literals: readonly string[];
  /** The names of the variables. */
  readonly names: readonly string[];
}

/** Takes an ARN format apart. */
export const arnFormat = (format: string): ArnFormat => ({
  literals: format.split(/\$\{[^}]*\}/),
  names: [...format.matchAll(/\$\{([^}]*)\}/g)].map(([, name = ""]) => name),
});

/** A resource by the first format that fits. */
export function observe(resource: string, formats: readonly ArnFormat[]): ObservedResource {
  for (const { literals, names } of formats) {
    const values = valuesIn(resource, literals);
    if (values !== undefined) return { resource, literals, values, names };
  }
  return { resource, literals: undefined, values: [], names: [] };
}

/** The last variable takes all that is left; others end where the next literal text begins. */
function valuesIn(resource: string, literals: readonly string[]): readonly string[] | undefined {
  // Before anything is made: most formats don't fit.
  if (!resource.startsWith(literals[0] ?? "")) return undefined;
  const [first = "", ...others] = literals;
  const values: string[] = [];
  let at = first.length;
  for (const [index, literal] of others.entries()) {
    const isLast = index === others.length - 1;
    const end = isLast ? resource.length - literal.length : resource.indexOf(literal, at);
    if (end < at || (isLast && !resource.endsWith(literal)) || (literal === "" && !isLast))
      return undefined;
    values.push(resource.slice(at, end));
    at = end + literal.length;
  }
  return at === resource.length ? values : undefined;
}

/** More resources of one action than this are made one by what they begin with. */
const MOST_RESOURCES = 50;

/**
 * Known patterns that resources are compared with. Beyond them a resource that a pattern covers may
 * be listed too, until all are shortened.
 */
const MOST_KNOWN = 100;
/** Resources that are compared in one step: some milliseconds. */
const RESOURCES_A_STEP = 50;

export interface Generalization {
  /** The number of different values from which a part of a format becomes a wildcard. */
  readonly from: number;
  /** Whether the wildcard is a placeholder with the variable's name. */
  readonly placeholders: boolean;
}

/**
 * Patterns for what was observed.
 * @param known patterns of resources, taken apart by their formats as resources are
 */
export function* generalized(
  observed: readonly ObservedResource[],
  known: readonly ObservedResource[],
  { from, placeholders }: Generalization,
): Generator<undefined, readonly string[]> {
  const patterns = new Set(
    known.map((one) => (placeholders ? placeholderText(one) : one.resource)),
  );
  const compared = known.slice(0, MOST_KNOWN);
  const others: ObservedResource[] = [];
  for (const [index, one] of observed.entries()) {
    if (index % RESOURCES_A_STEP === 0) yield;
    if (!compared.some(({ resource }) => matchesWildcard(resource, one.resource))) others.push(one);
  }
  const groups = grouped(others, ({ literals }) => JSON.stringify(literals));
  for (const group of groups.values()) {
    yield;
    const [{ literals, names } = { literals: undefined, names: [] }] = group;
    if (literals === undefined)
      for (const { resource } of group) patterns.add(literalResource(resource));
    else {
      const wildcards = names.map((name) => (placeholders ? `\${${name}}` : "*"));
      for (const pattern of fromFormat(literals, group, from, wildcards)) patterns.add(pattern);
    }
  }
  if (patterns.has("*")) return ["*"];
  yield;
  const all = [...patterns].sort();
  if (all.length <= MOST_RESOURCES || from === Number.POSITIVE_INFINITY) return all;
  return [...new Set(all.map(shortened))].sort();
}

/** A pattern with the variables' names in place of its wildcards. */
function placeholderText({ resource, literals, values, names }: ObservedResource): string {
  if (literals === undefined) return resource;
  return literals.reduce((text, literal, index) => {
    const value = values[index - 1];
    return `${text}${value === "*" ? `\${${names[index - 1]}}` : value}${literal}`;
  });
}

function fromFormat(
  literals: readonly string[],
  group: readonly ObservedResource[],
  from: number,
  wildcards: readonly string[],
): readonly string[] {
  const varies = wildcards.map(
    (_, at) => new Set(group.map(({ values }) => values[at])).size >= from,
  );
  // Before the fifth colon there are neither wildcards nor variables that could need an escape.
  const inHead = wildcards.map((_, at) => resourceStart(literals.slice(0, at + 1).join("")) === 0);
  return group.map(({ values }) =>
    literals.reduce((text, literal, index) => {
      const at = index - 1;
      const value = values[at] ?? "";
      return `${text}${varies[at] ? wildcards[at] : inHead[at] ? value : literalText(value)}${literal}`;
    }),
  );
}

/** An ARN's resource up to its first separator, and whatever follows. */
function shortened(pattern: string): string {
  const at = resourceStart(pattern);
  const separator = pattern.slice(at).search(/[/:]/);
  return at === 0 || separator < 0 ? pattern : `${pattern.slice(0, at + separator + 1)}*`;
}
