import { KINDS } from "@portcullis/policy";
import { effortOf } from "../pattern/effort.ts";
import type { Element } from "../pattern/syntactic-cover.ts";
import type { RequestSet } from "../solve/request-set.ts";
import {
  areTooLarge,
  type PolicySet,
  policyOf,
  policySet,
  readSet,
  type StatementModel,
  statementId,
} from "../statement/statements.ts";
import type { ChangeItem, PolicyChange } from "./change.ts";
import type { CheckOptions, ExampleRequest } from "./check.ts";
import { comparisonOf } from "./no-new-access.ts";
import { TOO_LARGE, TOO_MANY_CALLERS, WHY } from "./results.ts";
import { findWitness } from "./witness.ts";
import { statementText } from "./words.ts";

/**
 * What the updated policies allow that the existing ones do not, and the other way round, in words
 * and by example. SAME is proved; the engine confirms each example. Never throws: documents that
 * are not valid make it INVALID.
 */
export function describeChange(
  existing: readonly string[],
  updated: readonly string[],
  options: CheckOptions,
): PolicyChange {
  if (areTooLarge([...existing, ...updated]))
    return { ...NOTHING, result: "UNDECIDED", undecided: [TOO_LARGE.description] };
  const before = readSet(existing, options.kind);
  const after = readSet(updated, options.kind);
  if (!before.ok || !after.ok) {
    const issues = [before, after].flatMap((read) => (read.ok ? [] : read.issues));
    return { ...NOTHING, result: "INVALID", issues };
  }
  const allowed = differences(before.set, after.set, NEWLY_ALLOWS, options);
  const denied = differences(after.set, before.set, NO_LONGER_ALLOWS, options);
  const freed = denyDifferences(before.set, after.set, NO_LONGER_DENIES, options);
  const blocked = denyDifferences(after.set, before.set, NEWLY_DENIES, options);
  const all = [allowed, denied, freed, blocked];
  const undecided = [...new Set(all.flatMap((one) => one.undecided))];
  const changed = all.some(({ items }) => items.length > 0);
  return {
    result: changed ? "CHANGED" : undecided.length > 0 ? "UNDECIDED" : "SAME",
    newlyAllowed: allowed.items,
    newlyDenied: denied.items,
    noLongerDenies: beyond(freed.items, allowed.items),
    newlyDenies: beyond(blocked.items, denied.items),
    undecided,
    issues: [],
  };
}

const NEWLY_ALLOWS: Manner = {
  verb: "Newly allows",
  from: "updated",
  deniesFrom: "existing",
  denied: ", which was denied",
};
const NO_LONGER_ALLOWS: Manner = {
  verb: "No longer allows",
  from: "existing",
  deniesFrom: "updated",
  denied: ", which is denied now",
};
const NO_LONGER_DENIES: Manner = {
  verb: "No longer denies",
  from: "updated",
  deniesFrom: "existing",
  denied: "",
};
const NEWLY_DENIES: Manner = {
  verb: "Newly denies",
  from: "existing",
  deniesFrom: "updated",
  denied: "",
};

const NOTHING: Omit<PolicyChange, "result"> = {
  newlyAllowed: [],
  newlyDenied: [],
  noLongerDenies: [],
  newlyDenies: [],
  undecided: [],
  issues: [],
};

/**
 * Explicit denies of the first set that the second does not have: what it would allow beside a
 * policy that allows all.
 */
function denyDifferences(
  before: PolicySet,
  after: PolicySet,
  manner: Manner,
  options: CheckOptions,
): Differences {
  return before.denies.length === 0
    ? { items: [], undecided: [] }
    : differences(withAllowAll(before), withAllowAll(after), manner, options);
}

function withAllowAll({ kind, policies }: PolicySet): PolicySet {
  const principal = KINDS[kind].principal === "required" ? { Principal: "*" } : {};
  const resource = KINDS[kind].resource === "required" ? { Resource: "*" } : {};
  const Action = kind === "trust" ? "sts:*" : "*";
  const allowAll = policyOf({ Effect: "Allow", Action, ...principal, ...resource }, kind);
  return policySet([...policies, allowAll], kind);
}

interface Differences {
  readonly items: readonly ChangeItem[];
  readonly undecided: readonly string[];
}

/** The words for differences in one direction. */
interface Manner {
  readonly verb: string;
  /** Whose statements allow it. */
  readonly from: Side;
  /** Whose denies are no longer in the way. */
  readonly deniesFrom: Side;
  /** What is said of these. */
  readonly denied: string;
}

type Side = ChangeItem["source"]["from"];

/**
 * What the second set allows and the first does not: an item for each statement that makes a
 * difference.
 */
function differences(
  before: PolicySet,
  after: PolicySet,
  manner: Manner,
  options: CheckOptions,
): Differences {
  const effort = effortOf(options);
  const { account, services } = options;
  const compared = comparisonOf(before, after, options);
  if (compared === undefined) return { items: [], undecided: [TOO_MANY_CALLERS.description] };
  const items = new Map<StatementModel, ChangeItem>();
  const undecided = new Set<string>();
  for (const { caller, queries } of compared.newAccess()) {
    for (const query of queries) {
      // The allow that is new, or the deny that is gone.
      const place = query.within.length - 1;
      const subject = query.within[place]?.statement;
      if (subject === undefined || items.has(subject)) continue;
      const ask = (narrow: Narrow): ExampleRequest | undefined => {
        const within = query.within.map((requestSet, at) =>
          at === place ? narrow(requestSet) : requestSet,
        );
        const witness = findWitness(
          { ...compared.claim, ...query, within, caller, account, services },
          effort,
        );
        if (witness.status === "unknown") undecided.add(WHY[witness.why]);
        return witness.status === "found" ? witness.request : undefined;
      };
      const example = ask((requestSet) => requestSet);
      if (example !== undefined) items.set(subject, itemOf(subject, example, ask, manner));
    }
    if (effort.left > 0) continue;
    undecided.add(WHY.effort);
    break;
  }
  return { items: [...items.values()], undecided: [...undecided] };
}

type Narrow = (requestSet: RequestSet) => RequestSet;

/** Patterns of a statement that are asked about one by one. */
const MOST_PATTERNS = 40;

function itemOf(
  subject: StatementModel,
  example: ExampleRequest,
  ask: (narrow: Narrow) => ExampleRequest | undefined,
  { verb, from, deniesFrom, denied }: Manner,
): ChangeItem {
  const { document, index, sid, effect } = subject;
  /** Those patterns of an element of which some request is different now. */
  const changedIn = (name: "action" | "resource"): readonly string[] => {
    const { match, patterns } = subject[name];
    if (match === "except" || patterns.length === 1 || patterns.length > MOST_PATTERNS)
      return patterns;
    const changed = patterns.filter((_, at) => {
      const only = (element: Element) => ({ ...element, patterns: [element.patterns[at]!] });
      return ask((set) => ({ ...set, [name]: only(set[name]) })) !== undefined;
    });
    return changed.length === 0 ? patterns : changed;
  };
  const actions = changedIn("action");
  const resources = changedIn("resource");
  const isDeny = effect === "Deny";
  return {
    sentence: `${verb} ${statementText(subject, actions, resources)}${isDeny ? denied : ""}.`,
    actions,
    resources,
    example,
    source: {
      from: isDeny ? deniesFrom : from,
      document,
      statementIndex: index,
      ...statementId(sid),
    },
  };
}

/** Items of statements that the others do not have. */
function beyond(
  items: readonly ChangeItem[],
  others: readonly ChangeItem[],
): readonly ChangeItem[] {
  const known = new Set(others.map(({ source }) => JSON.stringify(source)));
  return items.filter(({ source }) => !known.has(JSON.stringify(source)));
}
