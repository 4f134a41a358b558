import type { ContextValue } from "@portcullis/policy";
import { cached } from "../collection/cached.ts";
import { grouped } from "../collection/grouped.ts";
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
import { findWitnesses, type Group } from "../pattern/search.ts";
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
  const own: readonly Group[] = [
    { patterns: [ACTIONS], hit: true },
    ...within.map(({ action }) => ({
      patterns: codesOfActions(action),
      hit: action.match === "only",
    })),
  ];
  const sameActions = [...grouped(rivals, ({ action }) => elementKey(action)).values()];
  const words = findWitnesses(
    [...own, ...sameActions.map((sets) => groupOf(sets, within))],
    effort,
  );
  if (words === undefined) return UNKNOWN;
  const groupAt = new Map(
    sameActions.flatMap((sets, at) => sets.map((requestSet) => [requestSet, own.length + at])),
  );
  const classes = words.map(({ word, hits }) => ({
    word,
    requestSets: rivals.filter(
      (requestSet) => hits[groupAt.get(requestSet)!] === (requestSet.action.match === "only"),
    ),
  }));
  return firstExact(
    answersOf(classes, ({ word, requestSets }) =>
      solveResources(within, requestSets, word, fixed, effort),
    ),
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

/** Elements are asked about again and again, in each of a check's queries. */
const KEYS = new WeakMap<Element, string>();
const ACTION_CODES = new WeakMap<Element, readonly Codes[]>();
const RESOURCE_CODES = new WeakMap<Element, readonly ResourceCodes[]>();

/** The same for elements of the same patterns, whether they list or except them. */
const elementKey = (element: Element): string =>
  cached(KEYS, element, ({ patterns, variables, loose }) =>
    JSON.stringify([patterns, variables, loose]),
  );

const codesOfActions = (element: Element): readonly Codes[] =>
  cached(ACTION_CODES, element, ({ patterns }) => patterns.map(actionCodes));

const codesOfResources = (element: Element): readonly ResourceCodes[] =>
  cached(RESOURCE_CODES, element, ({ patterns, variables, loose }) =>
    patterns.map((pattern) => resourceCodes(pattern, variables, loose)),
  );

/** The group of rivals with the same patterns of actions, which a word may hit or not. */
function groupOf(rivals: readonly RequestSet[], within: readonly RequestSet[]): Group {
  const patterns = rivals.slice(0, 1).flatMap(({ action }) => codesOfActions(action));
  // Actions of a rival that has all resources and contexts of `within` need no search.
  const whole = rivals.find(
    (rival) =>
      within.some((one) => coversSyntactically(rival.resource, one.resource)) &&
      holdsWithoutKey(rival, within),
  );
  if (whole !== undefined) return { patterns, hit: whole.action.match === "except" };
  const [match, ...others] = new Set(rivals.map(({ action }) => action.match));
  return {
    patterns,
    hit: undefined,
    preferred: others.length > 0 ? undefined : match === "except",
  };
}

/** An action or resource of a class, and the rivals that contain it. */
interface Class {
  readonly word: string;
  readonly requestSets: readonly RequestSet[];
}

/**
 * Answers for classes in ascending number of their sets. A class that is in more sets than one
 * without an answer has none either.
 */
function* answersOf(classes: readonly Class[], attempt: (one: Class) => Answer): Generator<Answer> {
  const failed: (readonly RequestSet[])[] = [];
  for (const one of [...classes].sort((a, b) => a.requestSets.length - b.requestSets.length)) {
    const requestSets = new Set(one.requestSets);
    if (failed.some((fewer) => fewer.every((requestSet) => requestSets.has(requestSet)))) continue;
    const answer = attempt(one);
    if (answer.status === "none") failed.push(one.requestSets);
    yield answer;
  }
}

/** The first exact answer. If there is none: an approximate one, or that it is not known. */
function firstExact(answers: Iterable<Answer>): Answer {
  let best: Answer = NONE;
  for (const answer of answers) {
    if (answer.status === "found" && !answer.approximate) return answer;
    if (answer.status === "found" || best.status === "none") best = answer;
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
  const parts = within.map(({ resource }) => partsOf(resource));
  if (parts.reduce((product, { length }) => product * length, 1) > MOST_ALTERNATIVES)
    return UNKNOWN;
  return firstExact(answers());
  function* answers(): Generator<Answer> {
    for (const wanted of alternatives(parts))
      yield solveAlternative(wanted, within, rivals, action, fixed, effort);
  }
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
  const attempt = ({ word, requestSets }: Class): Answer => {
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
  };
  return firstExact(answersOf(classes, attempt));
}
