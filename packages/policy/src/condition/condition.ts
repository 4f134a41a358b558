import type { VariableSource } from "../match/template.ts";
import { spend } from "../match/work.ts";
import type { ConditionEntry, Effect } from "../model/policy.ts";
import { type Comparison, parseOperatorName, type Quantifier } from "./operator.ts";

/** One key of a condition, compiled. */
export interface Clause {
  /** In lower case. */
  readonly key: string;
  readonly compare: Comparison;
  /** How many values a comparison may look at. */
  readonly valueCount: number;
  readonly negated: boolean;
  readonly testsPresence: boolean;
  readonly quantifier: Quantifier;
  /** The result if the key is not in the request. */
  readonly ifMissing: boolean;
  /**
   * The result if it is undecidable. INVARIANT: an undecidable condition never allows and always
   * denies.
   */
  readonly ifUndecidable: boolean;
}

/**
 * Compiles one key of a condition. `variables`: the document's version has policy variables.
 *
 * @throws {TypeError} if there is no such operator, which `parsePolicy` refuses
 */
export function compileClause(entry: ConditionEntry, effect: Effect, variables: boolean): Clause {
  const name = parseOperatorName(entry.operator);
  if (name === undefined) throw new TypeError(`no condition operator \`${entry.operator}\``);
  const { operator, quantifier, ifExists } = name;
  return {
    key: entry.key.toLowerCase(),
    // Without any value, neither the operator nor its negation is decidable.
    compare:
      entry.values.length === 0
        ? undecidable
        : operator.compare(entry.values, variables && operator.variables),
    valueCount: entry.values.length,
    negated: operator.negated,
    testsPresence: operator.testsPresence,
    quantifier,
    // IAM UG/reference_policies_elements_condition_operators: a missing key matches nothing, so a
    // negated operator is true. ForAllValues is true of no values, ForAnyValue is false.
    ifMissing:
      ifExists || quantifier === "ForAllValues" || (quantifier === "one" && operator.negated),
    ifUndecidable: effect === "Deny",
  };
}

const undecidable: Comparison = () => undefined;

/**
 * Whether a request satisfies the clause. Reads the clause's key and those of its variables.
 *
 * @throws {RangeError} if it takes more steps than `request` has left
 */
export function isSatisfied(clause: Clause, request: VariableSource): boolean {
  const value = request.context.get(clause.key);
  if (clause.testsPresence) {
    const missing = value === undefined || value.length === 0;
    return compare(clause, missing ? "true" : "false", request) ?? clause.ifUndecidable;
  }
  if (value === undefined) return clause.ifMissing;
  if (typeof value === "string") {
    // To the set operators, an empty text is an empty set.
    if (value === "" && clause.quantifier !== "one") return clause.ifMissing;
    const matches = compare(clause, value, request);
    return matches === undefined ? clause.ifUndecidable : matches !== clause.negated;
  }
  return value.length === 0 ? clause.ifMissing : isSatisfiedBySet(clause, value, request);
}

function isSatisfiedBySet(
  clause: Clause,
  values: readonly string[],
  request: VariableSource,
): boolean {
  let some = false;
  let every = true;
  for (const value of values) {
    const matches = compare(clause, value, request);
    if (matches === undefined) return clause.ifUndecidable;
    if (matches !== clause.negated) some = true;
    else every = false;
  }
  if (clause.quantifier === "ForAnyValue") return some;
  if (clause.quantifier === "ForAllValues") return every;
  // Several values without a set operator are decidable only if all give the same result.
  return some === every ? every : clause.ifUndecidable;
}

function compare(clause: Clause, value: string, request: VariableSource): boolean | undefined {
  spend(request, value.length + clause.valueCount);
  return clause.compare(value, request);
}
