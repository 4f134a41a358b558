import { DEFAULT_EFFORT, type Effort } from "../pattern/effort.ts";
import type { Box } from "../solve/box.ts";
import {
  MOST_CHARACTERS,
  type PolicySet,
  readSet,
  type StatementModel,
} from "../statement/statements.ts";
import type { ChangeItem, PolicyChange } from "./change.ts";
import type { CheckOptions, ExampleRequest } from "./check.ts";
import { comparisonOf, type NewAllow } from "./no-new-access.ts";
import { TOO_LARGE, TOO_MANY_CALLERS, WHY } from "./results.ts";
import { findWitness } from "./witness.ts";
import { statementText } from "./words.ts";

/**
 * What the updated policies allow that the existing ones do not, and the other way round, in words and by
 * example. SAME is proved; the engine confirms each example.
 */
export function describeChange(
  existing: readonly string[],
  updated: readonly string[],
  options: CheckOptions,
): PolicyChange {
  const size = [...existing, ...updated].reduce((sum, { length }) => sum + length, 0);
  if (size > MOST_CHARACTERS) return undecidedFor(TOO_LARGE.description);
  const before = readSet(existing, options.kind);
  const after = readSet(updated, options.kind);
  if (!before.ok || !after.ok) {
    const issues = [before, after].flatMap((read) => (read.ok ? [] : read.issues));
    return { result: "INVALID", newlyAllowed: [], newlyDenied: [], undecided: [], issues };
  }
  const allowed = differences(before.set, after.set, "updated", options);
  const denied = differences(after.set, before.set, "existing", options);
  const undecided = [...new Set([...allowed.undecided, ...denied.undecided])];
  const changed = allowed.items.length + denied.items.length > 0;
  return {
    result: changed ? "CHANGED" : undecided.length > 0 ? "UNDECIDED" : "SAME",
    newlyAllowed: allowed.items,
    newlyDenied: denied.items,
    undecided,
    issues: [],
  };
}

function undecidedFor(why: string): PolicyChange {
  return { result: "UNDECIDED", newlyAllowed: [], newlyDenied: [], undecided: [why], issues: [] };
}

interface Differences {
  readonly items: readonly ChangeItem[];
  readonly undecided: readonly string[];
}

/** What the second set allows and the first does not: an item for each statement that makes a difference. */
function differences(
  before: PolicySet,
  after: PolicySet,
  from: ChangeItem["source"]["from"],
  options: CheckOptions,
): Differences {
  const effort: Effort = { left: options.effort ?? DEFAULT_EFFORT };
  const compared = comparisonOf(before, after, options);
  if (compared === undefined) return { items: [], undecided: [TOO_MANY_CALLERS.description] };
  const items = new Map<StatementModel, ChangeItem>();
  const undecided = new Set<string>();
  for (const one of compared.newAccess()) {
    if (items.has(one.allow)) continue;
    const ask = (narrow: Narrow): ExampleRequest | undefined => {
      for (const query of one.queries) {
        const within = query.within.map((box, at) => (at === 0 ? narrow(box) : box));
        const witness = findWitness(
          { ...compared.claim, ...query, within, caller: one.caller },
          effort,
        );
        if (witness.status === "found") return witness.request;
        if (witness.status === "unknown") undecided.add(WHY[witness.why]);
      }
      return undefined;
    };
    const example = ask((box) => box);
    if (example !== undefined) items.set(one.allow, itemOf(one, example, ask, from));
    if (effort.left <= 0) break;
  }
  return { items: [...items.values()], undecided: [...undecided] };
}

type Narrow = (box: Box) => Box;

/** Patterns of a statement that are asked about one by one. */
const MOST_PATTERNS = 40;

function itemOf(
  { allow }: NewAllow,
  example: ExampleRequest,
  ask: (narrow: Narrow) => ExampleRequest | undefined,
  from: ChangeItem["source"]["from"],
): ChangeItem {
  const actions = changedOf(allow.action, (at) => (box) => ({
    ...box,
    action: { ...box.action, patterns: [box.action.patterns[at]!] },
  }));
  const resources = changedOf(allow.resource, (at) => (box) => ({
    ...box,
    resource: { ...box.resource, patterns: [box.resource.patterns[at]!] },
  }));
  const verb = from === "updated" ? "Newly allows" : "No longer allows";
  return {
    sentence: `${verb} ${statementText(allow, actions, resources)}.`,
    actions,
    resources,
    example,
    source: {
      from,
      document: allow.document,
      statementIndex: allow.index,
      ...(allow.sid === undefined || allow.sid === "" ? {} : { statementId: allow.sid }),
    },
  };

  /** Those patterns of an element of which some request is different now. */
  function changedOf(
    { match, patterns }: StatementModel["action"],
    only: (at: number) => Narrow,
  ): readonly string[] {
    if (match === "except" || patterns.length === 1 || patterns.length > MOST_PATTERNS)
      return patterns;
    const changed = patterns.filter((_, at) => ask(only(at)) !== undefined);
    return changed.length === 0 ? patterns : changed;
  }
}
