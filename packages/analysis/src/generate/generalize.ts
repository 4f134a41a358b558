import { literalResource, literalText } from "./resource-text.ts";

/** A resource as its service's ARN format takes it apart. */
export interface ObservedResource {
  readonly resource: string;
  /**
   * Literal texts of the format; there is one more than there are values. Undefined: no format
   * fits.
   */
  readonly literals: readonly string[] | undefined;
  /** What stands in the format's variables. */
  readonly values: readonly string[];
}

/** The literal texts of an ARN format. */
export const literalsOf = (format: string): readonly string[] => format.split(/\$\{[^}]*\}/);

/** @param formats the literal texts of each format */
export function observe(
  resource: string,
  formats: readonly (readonly string[])[],
): ObservedResource {
  for (const literals of formats) {
    const values = valuesIn(resource, literals);
    if (values !== undefined) return { resource, literals, values };
  }
  return { resource, literals: undefined, values: [] };
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
 * Patterns for what was observed. A part of a format that was seen with at least so many values
 * becomes `*`.
 */
export function generalized(
  observed: readonly ObservedResource[],
  from: number,
): readonly string[] {
  const patterns = new Set<string>();
  const groups = Map.groupBy(observed, ({ literals }) => JSON.stringify(literals));
  for (const group of groups.values()) {
    const [{ literals } = { literals: undefined }] = group;
    if (literals === undefined)
      for (const { resource } of group) patterns.add(literalResource(resource));
    else for (const pattern of fromFormat(literals, group, from)) patterns.add(pattern);
  }
  if (patterns.has("*")) return ["*"];
  const all = [...patterns].sort();
  if (all.length <= MOST_RESOURCES || from === Number.POSITIVE_INFINITY) return all;
  return [...new Set(all.map(shortened))].sort();
}

function fromFormat(
  literals: readonly string[],
  group: readonly ObservedResource[],
  from: number,
): readonly string[] {
  const varies = literals
    .slice(1)
    .map((_, at) => new Set(group.map(({ values }) => values[at])).size >= from);
  const region = literals.slice(1).map(
    (_, at) =>
      literals
        .slice(0, at + 1)
        .join("")
        .split(":").length -
        1 <
      5,
  );
  return group.map(({ values }) =>
    literals.reduce((text, literal, index) => {
      const at = index - 1;
      const value = values[at] ?? "";
      return `${text}${varies[at] ? "*" : region[at] ? value : literalText(value)}${literal}`;
    }),
  );
}

/** An ARN's resource up to its first separator, and whatever follows. */
function shortened(pattern: string): string {
  const parts = pattern.split(":");
  const rest = parts.slice(5).join(":");
  const separator = rest.search(/[/:]/);
  return separator < 0
    ? pattern
    : `${parts.slice(0, 5).join(":")}:${rest.slice(0, separator + 1)}*`;
}
