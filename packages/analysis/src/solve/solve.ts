import type { ContextValue } from "@portcullis/policy";
import { implies } from "../condition/predicate.ts";
import { type FixedKeys, solveConditions } from "../condition/solve-conditions.ts";
import {
  ACTIONS,
  actionCodes,
  type Codes,
  RESOURCES,
  type ResourceCodes,
  resourceCodes,
} from "../pattern/codes.ts";
import type { Effort } from "../pattern/effort.ts";
import { type Found, findWitnesses, type Group } from "../pattern/search.ts";
import {
  coversSyntactically,
  type Element,
  isDisjointSyntactically,
} from "../pattern/syntactic-cover.ts";
import type { RequestSet } from "./request-set.ts";

/** Whether a request is in all sets of `within` and in none of `outside`. */
export interface Query {
  readonly within: readonly RequestSet[];
  readonly outside: readonly RequestSet[];
  readonly fixed: FixedKeys;
}

export type Answer =
  | {
      readonly status: "found";
      readonly action: string;
      readonly resource: string;
      readonly context: { readonly [key: string]: ContextValue };
      /** An over-approximation: policy variables matched anything. The request may not be a witness. */
      readonly approximate: boolean;
    }
  /** Proved. */
  | { readonly status: "none" }
  | { readonly status: "unknown" };

const NONE: Answer = { status: "none" };
const UNKNOWN: Answer = { status: "unknown" };

/**
 * Decides a query exactly, dimension by dimension. Actions are partitioned into classes by the sets
 * that contain them, the resources of each class likewise, and conditions are solved for each of
 * those. Policy variables are opaque, but equal texts have equal values: an answer that depends on
 * variables is approximate.
 */
export function solve({ within, outside, fixed }: Query, effort: Effort): Answer {
  const rivals = outside.filter((requestSet) =>
    within.every((one) => !isDisjointSyntactically(one.action, requestSet.action)),
  );
  if (
    rivals.some((requestSet) => within.some((one) => coversWithoutSearch(requestSet, one, within)))
  )
    return NONE;
  const words = findWitnesses(actionGroups(within, rivals), effort);
  if (words === undefined) return UNKNOWN;
  const groups = groupsOf(rivals, ({ action }) => action);
  const classes = words.map((found) => ({
    word: found.word,
    requestSets: rivals.filter((requestSet) =>
      isIn(requestSet.action, found, groups, within.length + 1),
    ),
  }));
  return firstOf(classes, ({ word, requestSets }) =>
    solveResources(within, requestSets, word, fixed, effort),
  );
}

/** Whether `rival` covers `one`, by the texts of patterns alone. */
function coversWithoutSearch(
  rival: RequestSet,
  one: RequestSet,
  within: readonly RequestSet[],
): boolean {
  return (
    coversSyntactically(rival.action, one.action) &&
    coversSyntactically(rival.resource, one.resource) &&
    holdsWithoutKey(rival, within)
  );
}

/** The rival's conditions follow from those that hold. */
function holdsWithoutKey(rival: RequestSet, within: readonly RequestSet[]): boolean {
  return rival.predicates.every((predicate) =>
    within.some(({ predicates }) => predicates.some((one) => implies(one, predicate))),
  );
}

/** Sets with the same element share a group. */
function groupsOf(
  requestSets: readonly RequestSet[],
  elementOf: (requestSet: RequestSet) => Element,
): ReadonlyMap<string, number> {
  const groups = new Map<string, number>();
  for (const requestSet of requestSets) {
    const key = elementKey(elementOf(requestSet));
    if (!groups.has(key)) groups.set(key, groups.size);
  }
  return groups;
}

function elementKey(element: Element): string {
  const known = KEYS.get(element);
  if (known !== undefined) return known;
  const key = JSON.stringify([element.patterns, element.variables, element.loose]);
  KEYS.set(element, key);
  return key;
}

/** Elements are asked about again and again, in each of a check's queries. */
const KEYS = new WeakMap<Element, string>();
const ACTION_CODES = new WeakMap<Element, readonly Codes[]>();
const RESOURCE_CODES = new WeakMap<Element, readonly ResourceCodes[]>();

function codesOfActions(element: Element): readonly Codes[] {
  const codes = ACTION_CODES.get(element) ?? element.patterns.map(actionCodes);
  ACTION_CODES.set(element, codes);
  return codes;
}

function codesOfResources(element: Element): readonly ResourceCodes[] {
  const { patterns, variables, loose } = element;
  const codes =
    RESOURCE_CODES.get(element) ??
    patterns.map((pattern) => resourceCodes(pattern, variables, loose));
  RESOURCE_CODES.set(element, codes);
  return codes;
}

function isIn(
  element: Element,
  found: Found,
  groups: ReadonlyMap<string, number>,
  from: number,
): boolean {
  const group = groups.get(elementKey(element));
  return group !== undefined && found.hits[from + group] === (element.match === "only");
}

function actionGroups(
  within: readonly RequestSet[],
  rivals: readonly RequestSet[],
): readonly Group[] {
  const groups: Group[] = [{ patterns: [ACTIONS], hit: true }];
  for (const { action } of within)
    groups.push({ patterns: codesOfActions(action), hit: action.match === "only" });
  const known = new Map<string, { group: Group; requestSets: RequestSet[] }>();
  for (const requestSet of rivals) {
    const key = elementKey(requestSet.action);
    const former = known.get(key);
    if (former !== undefined) former.requestSets.push(requestSet);
    else
      known.set(key, {
        group: { patterns: codesOfActions(requestSet.action), hit: undefined },
        requestSets: [requestSet],
      });
  }
  for (const { group, requestSets } of known.values())
    groups.push(freeOrNot(group, requestSets, ({ action }) => action));
  return groups;

  /**
   * Actions of an excluded set that has all resources and contexts of `within` need no search.
   */
  function freeOrNot(
    group: Group,
    requestSets: readonly RequestSet[],
    elementOf: (requestSet: RequestSet) => Element,
  ): Group {
    const hard = requestSets.find(
      (requestSet) =>
        within.some((one) => coversSyntactically(requestSet.resource, one.resource)) &&
        holdsWithoutKey(requestSet, within),
    );
    if (hard !== undefined) return { ...group, hit: elementOf(hard).match === "except" };
    const [match, ...others] = new Set(
      requestSets.map((requestSet) => elementOf(requestSet).match),
    );
    return others.length > 0 ? group : { ...group, preferred: match === "except" };
  }
}

/**
 * Tries classes in ascending number of their sets. One that is in more sets than one that failed
 * fails, too.
 */
function firstOf(
  classes: readonly { readonly word: string; readonly requestSets: readonly RequestSet[] }[],
  attempt: (one: { readonly word: string; readonly requestSets: readonly RequestSet[] }) => Answer,
): Answer {
  let best: Answer = NONE;
  const failed: (readonly RequestSet[])[] = [];
  for (const one of [...classes].sort((a, b) => a.requestSets.length - b.requestSets.length)) {
    const requestSets = new Set(one.requestSets);
    if (failed.some((fewer) => fewer.every((requestSet) => requestSets.has(requestSet)))) continue;
    const answer = attempt(one);
    if (answer.status === "found" && !answer.approximate) return answer;
    if (answer.status === "none") failed.push(one.requestSets);
    else if (answer.status === "found" || best.status === "none") best = answer;
  }
  return best;
}

function solveResources(
  within: readonly RequestSet[],
  rivals: readonly RequestSet[],
  action: string,
  fixed: FixedKeys,
  effort: Effort,
): Answer {
  let best: Answer = NONE;
  const parts = within.map(({ resource }) => partsOf(resource));
  if (parts.reduce((product, { length }) => product * length, 1) > MOST_ALTERNATIVES)
    return UNKNOWN;
  for (const wanted of alternatives(parts)) {
    const answer = solveAlternative(wanted, within, rivals, action, fixed, effort);
    if (answer.status === "found" && !answer.approximate) return answer;
    if (answer.status === "found" || best.status === "none") best = answer;
  }
  return best;
}

/**
 * A Resource element of `within`; one with policy variables stands alone, so that it can be
 * recognized.
 */
type Wanted = readonly Element[];

function alternatives(parts: readonly (readonly Element[])[]): readonly Wanted[] {
  let all: readonly Wanted[] = [[]];
  for (const own of parts)
    all = all.flatMap((wanted) => own.map((element) => [...wanted, element]));
  return all;
}

/** Each pattern with policy variables is one. */
const MOST_ALTERNATIVES = 2_000;

function partsOf(element: Element): readonly Element[] {
  if (element.match === "except") return [element];
  const changing = element.patterns.filter((pattern) => hasVariables(pattern, element));
  if (changing.length === 0) return [element];
  const constant = element.patterns.filter((pattern) => !hasVariables(pattern, element));
  const parts = changing.map((pattern) => ({ ...element, patterns: [pattern] }));
  return constant.length === 0 ? parts : [{ ...element, patterns: constant }, ...parts];
}

const hasVariables = (pattern: string, { variables, loose }: Element): boolean =>
  variables && pattern.includes("${") && resourceCodes(pattern, variables, loose).variables;

function solveAlternative(
  wanted: Wanted,
  within: readonly RequestSet[],
  rivals: readonly RequestSet[],
  action: string,
  fixed: FixedKeys,
  effort: Effort,
): Answer {
  let approximate = false;
  const groups: Group[] = [{ patterns: RESOURCES, hit: true }];
  for (const element of wanted) {
    // Taken for more than it is: variables stand for anything, and what they except is not
    // excepted.
    const codes = codesOfResources(element);
    const changing = codes.some(({ variables }) => variables);
    approximate ||= changing;
    const used = element.match === "only" ? codes : codes.filter(({ variables }) => !variables);
    groups.push({ patterns: used.map((one) => one.codes), hit: element.match === "only" });
  }
  const always: RequestSet[] = [];
  const sometimes: { readonly requestSet: RequestSet; readonly group: number }[] = [];
  for (const requestSet of rivals) {
    const { resource } = requestSet;
    if (wanted.some((element) => isDisjointSyntactically(element, resource))) continue;
    if (wanted.some((element) => coversSyntactically(resource, element))) {
      always.push(requestSet);
      continue;
    }
    // Taken for less than it is.
    const codes = codesOfResources(resource);
    if (codes.some(({ variables }) => variables)) approximate = true;
    const used = resource.match === "only" ? codes.filter(({ variables }) => !variables) : codes;
    if (used.length === 0) continue;
    const only = resource.match === "only";
    sometimes.push({ requestSet, group: groups.length });
    groups.push({
      patterns: used.map((one) => one.codes),
      hit: holdsWithoutKey(requestSet, within) ? !only : undefined,
      preferred: !only,
    });
  }
  if (always.some((requestSet) => holdsWithoutKey(requestSet, within))) return NONE;
  const words = findWitnesses(groups, effort);
  if (words === undefined) return UNKNOWN;
  const classes = words.map(({ word, hits }) => ({
    word,
    requestSets: [
      ...always,
      ...sometimes
        .filter(({ requestSet, group }) => hits[group] === (requestSet.resource.match === "only"))
        .map(({ requestSet }) => requestSet),
    ],
  }));
  return firstOf(classes, ({ word, requestSets }) => {
    const conditions = solveConditions(
      within.flatMap(({ predicates }) => predicates),
      requestSets.map(({ predicates }) => predicates),
      fixed,
      effort,
    );
    if (conditions.status !== "found") return conditions;
    const { context } = conditions;
    return {
      status: "found",
      action,
      resource: word,
      context,
      approximate: approximate || conditions.approximate,
    };
  });
}
