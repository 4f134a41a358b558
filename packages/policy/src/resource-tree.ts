import { resourceStart } from "./arn.ts";
import {
  addPattern,
  addWholePattern,
  type PatternTree,
  patternTree,
  type Search,
  searchTree,
} from "./pattern-tree.ts";
import { parseTemplate, type Template } from "./template.ts";

/**
 * Resource patterns with a value each, found by the resource of a request.
 *
 * A pattern's first five colons separate the parts of an ARN and stand for the resource's first five: a resource part
 * that holds colons (a path such as `10:00/DELETE`) must not pass for other parts. IAM UG/
 * reference_policies_elements_resource lets a `*` at the end of a part go beyond it; here it does where the pattern has
 * fewer than six parts. Where a match takes rights away the pattern is `loose`, flat text, and so finds all that AWS
 * might take for a match.
 */
export interface ResourceTree<V> {
  /** By the beginning of the whole ARN. */
  readonly byArn: PatternTree<V>;
  /** Patterns with wildcards before the resource part, by the beginning of the resource part. */
  readonly byResourcePart: PatternTree<V>;
}

export interface ResourceSearch extends Search {
  readonly resource: string;
}

export function resourceTree<V>(): ResourceTree<V> {
  return { byArn: patternTree(), byResourcePart: patternTree() };
}

/** A pattern taken apart, once for all the trees it goes into. */
export interface ResourcePattern {
  readonly pattern: Template;
  /** How its resource part begins; undefined when it is found by how it begins itself. */
  readonly partBeginning: string | undefined;
  /** Whether its colons separate parts; else it is flat. */
  readonly separated: boolean;
}

export function parseResourcePattern(text: string, variables: boolean, loose: boolean): ResourcePattern {
  const partAt = resourceStart(text);
  const head = parseTemplate(partAt === 0 ? text : text.slice(0, partAt), true, false);
  // IAM UG/reference_policies_variables: variables stand only after the fifth colon.
  const part = partAt === 0 ? [] : parseTemplate(text.slice(partAt), true, variables);
  const pattern = joined(head, part);
  const lastOfHead = part.length === 0 ? head.length - 1 : head.length;
  const wildHead = head.slice(0, lastOfHead).some((piece) => typeof piece !== "string");
  const separated = wildHead && !loose;
  const partBeginning = separated && partAt > 0 ? literalBeginning(part) : undefined;
  return { pattern, partBeginning, separated };
}

export function addResourcePattern<V>(tree: ResourceTree<V>, added: ResourcePattern, value: V): void {
  const { pattern, partBeginning, separated } = added;
  if (partBeginning !== undefined) addWholePattern(tree.byResourcePart, partBeginning, pattern, value);
  else if (separated) addWholePattern(tree.byArn, literalBeginning(pattern), pattern, value);
  else addPattern(tree.byArn, pattern, value);
}

/** As `searchTree`, over the patterns that the search's resource matches. */
export function searchResources<V, S extends ResourceSearch>(
  tree: ResourceTree<V>,
  search: S,
  accept: (value: V, search: S) => boolean,
): boolean {
  const { resource, separatorsEnd } = search;
  return (
    searchTree(tree.byArn, resource, 0, search, accept) ||
    (separatorsEnd > 0 && searchTree(tree.byResourcePart, resource, separatorsEnd, search, accept))
  );
}

function literalBeginning(pattern: Template): string {
  const [first] = pattern;
  return typeof first === "string" ? first : "";
}

/** Two literal pieces that meet become one, so that the beginning by which a pattern is found is as long as can be. */
function joined(head: Template, part: Template): Template {
  const last = head.at(-1);
  const [first] = part;
  if (typeof last !== "string" || typeof first !== "string") return [...head, ...part];
  return [...head.slice(0, -1), last + first, ...part.slice(1)];
}
