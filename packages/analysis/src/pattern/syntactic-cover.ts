import type { PatternElement } from "@portcullis/policy";

/** A Resource or Action element with all that its meaning depends on. */
export interface Element extends PatternElement {
  /** `${...}` in its patterns are policy variables. */
  readonly variables: boolean;
  /** Colons of its patterns are characters like others, see `resourceCodes`. */
  readonly loose: boolean;
}

/*
 * Sufficient conditions on the texts of patterns. True is proved; false means that only a search
 * decides.
 */

/** Whether the language of `one` is a subset of that of `other`. */
export function coversSyntactically(other: Element, one: Element): boolean {
  if (other.match === "only" && other.patterns.includes("*")) return true;
  if (other.match !== one.match) return false;
  const [inner, outer] = other.match === "only" ? [one, other] : [other, one];
  const known = new Set(outer.patterns);
  const open = inner.patterns.filter(
    (pattern) => !(known.has(pattern) && isEquivalent(pattern, inner, outer)),
  );
  if (open.length * outer.patterns.length > MOST_PAIRS) return false;
  return open.every((pattern) => outer.patterns.some((more) => coversByPrefix(more, pattern)));
}

/** Pairs of patterns that are compared; with more it takes a search, whose effort is bounded. */
const MOST_PAIRS = 20_000;

/** Whether a pattern matches no more as one of `inner` than as one of `outer`. */
function isEquivalent(pattern: string, inner: Element, outer: Element): boolean {
  if (inner.variables !== outer.variables && pattern.includes("$")) return false;
  return outer.loose || !inner.loose || WHOLE_HEAD.test(pattern);
}

/** An ARN pattern without a wildcard before its fifth colon matches the same in both modes. */
const WHOLE_HEAD = /^(?:[^:*?$]*:){5}/;

/** `prefix*` covers what begins with the prefix. */
function coversByPrefix(more: string, pattern: string): boolean {
  const end = more.length - 1;
  return (
    more.charCodeAt(end) === STAR &&
    more.search(/[*?$]/) === end &&
    pattern.startsWith(more.slice(0, end))
  );
}

/** Whether the languages of both elements are disjoint. */
export function isDisjointSyntactically(one: Element, other: Element): boolean {
  if (one.match === "except" || other.match === "except") {
    // All but some has nothing of what these hold.
    if (one.match === other.match) return false;
    const [inner, outer] = one.match === "only" ? [one, other] : [other, one];
    return coversSyntactically({ ...outer, match: "only" }, inner);
  }
  if (one.patterns.length * other.patterns.length > MOST_PAIRS) return false;
  const areDisjoint = one.loose || other.loose ? prefixesDiffer : arnPartsDiffer;
  return one.patterns.every((pattern) =>
    other.patterns.every((against) => areDisjoint(pattern, against)),
  );
}

/** Where colons separate, two ARNs differ if any of their parts do. */
function arnPartsDiffer(one: string, other: string): boolean {
  if (prefixesDiffer(one, other)) return true;
  const parts = one.split(":");
  const others = other.split(":");
  if (parts.length < 6 || others.length < 6) return false;
  for (let at = 1; at < 5; at++) if (prefixesDiffer(parts[at]!, others[at]!)) return true;
  return prefixesDiffer(parts.slice(5).join(":"), others.slice(5).join(":"));
}

const STAR = 42;
const DOLLAR = 36;

/** Whether two patterns differ before the first wildcard or variable of either. */
function prefixesDiffer(one: string, other: string): boolean {
  const end = Math.min(one.length, other.length);
  for (let at = 0; at < end; at++) {
    const a = one.charCodeAt(at);
    const b = other.charCodeAt(at);
    if (isOpen(a) || isOpen(b)) return false;
    if (a !== b) return true;
  }
  if (one.length === other.length) return false;
  const rest = (one.length > end ? one : other).charCodeAt(end);
  return rest !== STAR && rest !== DOLLAR;
}

const isOpen = (code: number): boolean => code === STAR || code === 63 || code === DOLLAR;
