import { operatorNames, parseOperatorName } from "@portcullis/policy";
import { type CheckRule, ofConditions } from "./check.ts";
import {
  type Found,
  isEmptyList,
  isEmptyObject,
  type LintCondition,
  membersOf,
} from "./document.ts";
import { correctable } from "./fix.ts";

/** Checks of condition operators, and of conditions without keys or values. */
export const OPERATOR_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid condition operator",
    type: "ERROR",
    find: ofOperators(({ operator, atOperator }) => {
      if (parseOperatorName(operator) !== undefined || NULL_IF_EXISTS.test(operator))
        return undefined;
      const details = `The condition operator ${operator} is not valid. Use a valid condition operator.`;
      return correctable(atOperator, details, nearestOperator(operator));
    }),
  },
  {
    title: "Null with if exists",
    type: "ERROR",
    find: ofOperators(({ operator, atOperator: at }) => {
      const details =
        "The Null condition operator cannot be used with the IfExists suffix. Update the operator or the suffix.";
      return NULL_IF_EXISTS.test(operator) ? { at, details } : undefined;
    }),
  },
  {
    title: "Null with qualifier",
    type: "SUGGESTION",
    find: ofOperators(({ operator, atOperator }) => {
      const details =
        "Avoid using the Null condition operator with the ForAllValues or ForAnyValue qualifiers.";
      return /^For(?:All|Any)Values?:Null$/.test(operator)
        ? correctable(atOperator, details, "Null")
        : undefined;
    }),
  },
  {
    title: "Empty object condition",
    type: "SUGGESTION",
    *find({ statements }) {
      const details =
        "This condition block is empty and it does not affect the policy. Specify conditions.";
      for (const { elements } of statements) {
        const condition = elements.get("Condition");
        for (const at of [condition, ...membersOf(condition).map(({ value }) => value)])
          if (at !== undefined && isEmptyObject(at)) yield { at, details };
      }
    },
  },
  emptyValues(
    "Empty array condition ForAllValues",
    /^ForAllValues:/,
    whenMissing("ForAllValues prefix"),
  ),
  emptyValues(
    "Empty array condition ForAnyValue",
    /^ForAnyValue:(?!.*IfExists$)/,
    "The ForAnyValue prefix with an empty condition key never matches the request context and it does not affect the policy. Specify conditions.",
  ),
  emptyValues(
    "Empty array condition IfExists",
    /^(?!ForAllValues:).*IfExists$/,
    whenMissing("IfExists suffix"),
  ),
  emptyValues(
    "Empty array condition",
    /^(?!For(?:All|Any)Values?:)(?!.*IfExists$)/,
    "There are no values for the condition key and it does not affect the policy. Specify conditions.",
  ),
];

const NULL_IF_EXISTS = /^(?:For(?:All|Any)Values?:)?NullIfExists$/;

/** A check that looks at one operator at a time, whatever keys it has. */
function ofOperators(find: (condition: LintCondition) => Found | undefined): CheckRule["find"] {
  return function* ({ statements }) {
    const conditions = statements.flatMap((statement) => statement.conditions);
    // The conditions of one operator follow one another.
    for (const [at, condition] of conditions.entries())
      if (condition.atOperator !== conditions[at - 1]?.atOperator) yield find(condition);
  };
}

function nearestOperator(operator: string): string | undefined {
  const [, prefix = "", name = "", suffix = ""] =
    /^(for(?:all|any)values?:)?(.*?)(ifexists)?$/i.exec(operator) ?? [];
  const known = operatorNames().find((one) => one.toLowerCase() === name.toLowerCase());
  if (known === undefined) return undefined;
  const set = prefix === "" ? "" : /all/i.test(prefix) ? "ForAllValues:" : "ForAnyValue:";
  const whole = `${set}${known}${suffix === "" ? "" : "IfExists"}`;
  return parseOperatorName(whole) === undefined ? undefined : whole;
}

function emptyValues(title: string, operators: RegExp, details: string): CheckRule {
  return {
    title,
    type: "SUGGESTION",
    find: ofConditions((at) =>
      isEmptyList(at) && operators.test(at.operator) ? { at, details } : undefined,
    ),
  };
}

function whenMissing(what: string): string {
  return `The ${what} with an empty condition key matches only if the key is missing from the request context. To determine if the request context is empty, we recommend that you use the Null condition operator with the value of true instead.`;
}
