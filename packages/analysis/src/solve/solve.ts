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
import { type Element, surelyApart, surelyCovers } from "../pattern/quick.ts";
import { type Found, findWords, type Group } from "../pattern/search.ts";
import type { Box } from "./box.ts";

/** Is there a request in all boxes of `within` and in none of `outside`? */
export interface Query {
  readonly within: readonly Box[];
  readonly outside: readonly Box[];
  readonly fixed: FixedKeys;
}

export type Answer =
  | {
      readonly status: "found";
      readonly action: string;
      readonly resource: string;
      readonly context: { readonly [key: string]: ContextValue };
      /** Policy variables were taken to stand for anything: the request may not do. */
      readonly approximate: boolean;
    }
  /** Proved. */
  | { readonly status: "none" }
  | { readonly status: "unknown" };

const NONE: Answer = { status: "none" };
const UNKNOWN: Answer = { status: "unknown" };

/**
 * Decides a query exactly, dimension by dimension: the actions fall into classes by the boxes that
 * they are in, the resources of each class into classes again, and of each of these the conditions
 * are left. Of policy variables it knows only that the same text stands for the same: then an
 * answer is approximate.
 */
export function solve({ within, outside, fixed }: Query, effort: Effort): Answer {
  const rivals = outside.filter((box) =>
    within.every((one) => !surelyApart(one.action, box.action)),
  );
  if (rivals.some((box) => within.some((one) => coversAtOnce(box, one, within)))) return NONE;
  const words = findWords(actionGroups(within, rivals), effort);
  if (words === undefined) return UNKNOWN;
  const groups = groupsOf(rivals, ({ action }) => action);
  const classes = words.map((found) => ({
    word: found.word,
    boxes: rivals.filter((box) => isIn(box.action, found, groups, within.length + 1)),
  }));
  return firstOf(classes, ({ word, boxes }) => solveResources(within, boxes, word, fixed, effort));
}

/** The rival holds all that the one holds, as far as their texts tell. */
function coversAtOnce(rival: Box, one: Box, within: readonly Box[]): boolean {
  return (
    surelyCovers(rival.action, one.action) &&
    surelyCovers(rival.resource, one.resource) &&
    holdsAnyway(rival, within)
  );
}

/** The rival's conditions follow from those that hold. */
function holdsAnyway(rival: Box, within: readonly Box[]): boolean {
  return rival.predicates.every((predicate) =>
    within.some(({ predicates }) => predicates.some((one) => implies(one, predicate))),
  );
}

/** Boxes with the same element share a group. */
function groupsOf(
  boxes: readonly Box[],
  elementOf: (box: Box) => Element,
): ReadonlyMap<string, number> {
  const groups = new Map<string, number>();
  for (const box of boxes) {
    const key = elementKey(elementOf(box));
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

function actionGroups(within: readonly Box[], rivals: readonly Box[]): readonly Group[] {
  const groups: Group[] = [{ patterns: [ACTIONS], hit: true }];
  for (const { action } of within)
    groups.push({ patterns: codesOfActions(action), hit: action.match === "only" });
  const known = new Map<string, { group: Group; boxes: Box[] }>();
  for (const box of rivals) {
    const key = elementKey(box.action);
    const former = known.get(key);
    if (former !== undefined) former.boxes.push(box);
    else
      known.set(key, {
        group: { patterns: codesOfActions(box.action), hit: undefined },
        boxes: [box],
      });
  }
  for (const { group, boxes } of known.values())
    groups.push(freeOrNot(group, boxes, ({ action }) => action));
  return groups;

  /**
   * An action of a box that holds all resources and contexts in question is out of the question.
   */
  function freeOrNot(group: Group, boxes: readonly Box[], elementOf: (box: Box) => Element): Group {
    const hard = boxes.find(
      (box) =>
        within.some((one) => surelyCovers(box.resource, one.resource)) && holdsAnyway(box, within),
    );
    if (hard !== undefined) return { ...group, hit: elementOf(hard).match === "except" };
    const [match, ...others] = new Set(boxes.map((box) => elementOf(box).match));
    return others.length > 0 ? group : { ...group, preferred: match === "except" };
  }
}

/**
 * Tries classes from those in fewest boxes on. One that is in more boxes than one that failed
 * fails, too.
 */
function firstOf(
  classes: readonly { readonly word: string; readonly boxes: readonly Box[] }[],
  attempt: (one: { readonly word: string; readonly boxes: readonly Box[] }) => Answer,
): Answer {
  let best: Answer = NONE;
  const failed: (readonly Box[])[] = [];
  for (const one of [...classes].sort((a, b) => a.boxes.length - b.boxes.length)) {
    const boxes = new Set(one.boxes);
    if (failed.some((fewer) => fewer.every((box) => boxes.has(box)))) continue;
    const answer = attempt(one);
    if (answer.status === "found" && !answer.approximate) return answer;
    if (answer.status === "none") failed.push(one.boxes);
    else if (answer.status === "found" || best.status === "none") best = answer;
  }
  return best;
}

function solveResources(
  within: readonly Box[],
  rivals: readonly Box[],
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
  within: readonly Box[],
  rivals: readonly Box[],
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
  const always: Box[] = [];
  const sometimes: { readonly box: Box; readonly group: number }[] = [];
  for (const box of rivals) {
    const { resource } = box;
    if (wanted.some((element) => surelyApart(element, resource))) continue;
    if (wanted.some((element) => surelyCovers(resource, element))) {
      always.push(box);
      continue;
    }
    // Taken for less than it is.
    const codes = codesOfResources(resource);
    if (codes.some(({ variables }) => variables)) approximate = true;
    const used = resource.match === "only" ? codes.filter(({ variables }) => !variables) : codes;
    if (used.length === 0) continue;
    const only = resource.match === "only";
    sometimes.push({ box, group: groups.length });
    groups.push({
      patterns: used.map((one) => one.codes),
      hit: holdsAnyway(box, within) ? !only : undefined,
      preferred: !only,
    });
  }
  if (always.some((box) => holdsAnyway(box, within))) return NONE;
  const words = findWords(groups, effort);
  if (words === undefined) return UNKNOWN;
  const classes = words.map(({ word, hits }) => ({
    word,
    boxes: [
      ...always,
      ...sometimes
        .filter(({ box, group }) => hits[group] === (box.resource.match === "only"))
        .map(({ box }) => box),
    ],
  }));
  return firstOf(classes, ({ word, boxes }) => {
    const conditions = solveConditions(
      within.flatMap(({ predicates }) => predicates),
      boxes.map(({ predicates }) => predicates),
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
