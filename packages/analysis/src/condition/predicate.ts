import {
  type Clause,
  type ConditionEntry,
  type ContextValue,
  compileClause,
  isSatisfied,
  parseOperatorName,
} from "@portcullis/policy";
import type { StatementModel } from "../statement/statements.ts";
import { variableKeys } from "../text/variable-keys.ts";

/** One key of a condition as a predicate over the request's context. */
export interface Predicate {
  /** The same for entries that mean the same, whatever the statement's effect. */
  readonly id: string;
  readonly entry: ConditionEntry;
  /**
   * What the engine evaluates. It differs by effect in what can't be decided: no allow, but a deny.
   */
  readonly clause: Clause;
  readonly denies: boolean;
  /** Its values may have policy variables. */
  readonly expands: boolean;
  /** Keys of policy variables in its values: it depends on them, too. */
  readonly variables: readonly string[];
}

/** A predicate that must be true, or must be false. */
export interface Literal {
  readonly predicate: Predicate;
  readonly holds: boolean;
}

/** The statement's conditions; all must hold. */
export function predicatesOf(statement: StatementModel): readonly Predicate[] {
  return statement.condition.map((entry) => {
    const operator = parseOperatorName(entry.operator)?.operator;
    const expands = statement.variables && operator?.variables === true;
    return {
      id: JSON.stringify([
        entry.operator,
        entry.key.toLowerCase(),
        [...new Set(entry.values)].sort(),
        expands,
      ]),
      entry,
      clause: compileClause(entry, statement.effect, statement.variables),
      denies: statement.effect === "Deny",
      expands,
      variables: expands ? entry.values.flatMap(variableKeys) : [],
    };
  });
}

/** Whether a predicate without policy variables holds of its key's value; undefined: it is absent. */
export const holdsOf = ({ clause }: Predicate, value: ContextValue | undefined): boolean =>
  isSatisfied(clause, {
    ...UNBOUNDED,
    context: { get: (key) => (key === clause.key ? value : undefined) },
  });

/** The result of a comparison with one value, negation included; undefined: it can't be decided. */
export function comparesTo({ clause }: Predicate, value: string): boolean | undefined {
  const matches = clause.compare(value, { ...UNBOUNDED, context: { get: () => undefined } });
  return matches === undefined ? undefined : matches !== clause.negated;
}

/** The effort of the search bounds the work. */
const UNBOUNDED = { stepsLeft: Number.POSITIVE_INFINITY };

/**
 * Whether the first predicate's truth makes the second true in any context, as far as their texts
 * tell. The same entry of an allow implies that of a deny, because a deny also holds when it can't
 * be decided.
 */
export function implies(one: Predicate, other: Predicate): boolean {
  if (one.denies && !other.denies) return false;
  if (one.id === other.id) return true;
  if (one.clause.key !== other.clause.key || one.entry.operator !== other.entry.operator)
    return false;
  if (one.clause.testsPresence || one.entry.values.length === 0 || other.entry.values.length === 0)
    return false;
  if (one.expands !== other.expands) return false;
  // More values match more; where no value may match, more values let less through.
  const [fewer, more] = one.clause.negated ? [other, one] : [one, other];
  if (/Arn/.test(one.entry.operator) && !more.entry.values.every(isWholeArn)) return false;
  const values = new Set(more.entry.values);
  return fewer.entry.values.every((value) => values.has(value));
}

/**
 * An ARN pattern of fewer parts makes other ARNs undecided, so that more of them is not just more.
 */
const isWholeArn = (value: string): boolean => !value.includes("$") && value.split(":").length >= 6;
