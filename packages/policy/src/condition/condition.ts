import type { ConditionEntry, Effect } from "../model/policy.ts";
import type { RequestContext } from "../model/request-context.ts";
import { type Comparison, parseOperatorName, type Quantifier } from "./operator.ts";

/** One key of a condition, made ready. */
export interface Clause {
  /** In lower case. */
  readonly key: string;
  readonly compare: Comparison;
  readonly negated: boolean;
  readonly asksPresence: boolean;
  readonly quantifier: Quantifier;
  /** The answer when the key is not in the request. */
  readonly whenMissing: boolean;
  /** The answer when it can't be decided. INVARIANT: what can't be decided never allows, and always denies. */
  readonly whenUndecided: boolean;
}

/** `variables`: the document's version has policy variables. */
export function compileClause(entry: ConditionEntry, effect: Effect, variables: boolean): Clause {
  const name = parseOperatorName(entry.operator);
  if (name === undefined) throw new TypeError(`no condition operator \`${entry.operator}\``);
  const { operator, quantifier, ifExists } = name;
  return {
    key: entry.key.toLowerCase(),
    // Of no wanted value at all nothing can be said, nor of its negation.
    compare:
      entry.values.length === 0
        ? undecided
        : operator.compare(entry.values, variables && operator.variables),
    negated: operator.negated,
    asksPresence: operator.asksPresence,
    quantifier,
    // IAM UG/reference_policies_elements_condition_operators: a missing key matches nothing, so what must not match
    // holds. ForAllValues holds of no values, ForAnyValue does not.
    whenMissing:
      ifExists || quantifier === "ForAllValues" || (quantifier === "one" && operator.negated),
    whenUndecided: effect === "Deny",
  };
}

const undecided: Comparison = () => undefined;

/** Whether the clause holds. Asks the context for its key, and for those of variables. */
export function holds(clause: Clause, context: RequestContext): boolean {
  const value = context.get(clause.key);
  if (clause.asksPresence) {
    const missing = value === undefined || value.length === 0;
    return clause.compare(missing ? "true" : "false", context) ?? clause.whenUndecided;
  }
  if (value === undefined) return clause.whenMissing;
  if (typeof value === "string") {
    // An empty text is an empty set to the set operators.
    if (value === "" && clause.quantifier !== "one") return clause.whenMissing;
    const matches = clause.compare(value, context);
    return matches === undefined ? clause.whenUndecided : matches !== clause.negated;
  }
  return value.length === 0 ? clause.whenMissing : holdsOfValues(clause, value, context);
}

function holdsOfValues(
  clause: Clause,
  values: readonly string[],
  context: RequestContext,
): boolean {
  let some = false;
  let every = true;
  for (const value of values) {
    const matches = clause.compare(value, context);
    if (matches === undefined) return clause.whenUndecided;
    if (matches !== clause.negated) some = true;
    else every = false;
  }
  if (clause.quantifier === "ForAnyValue") return some;
  if (clause.quantifier === "ForAllValues") return every;
  // Several values without a set operator: decided only when they agree.
  return some === every ? every : clause.whenUndecided;
}
