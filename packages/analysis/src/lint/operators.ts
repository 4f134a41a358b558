import { operatorNames, parseOperatorName } from "@portcullis/policy";
import { type Check, ofConditions, ofStatements } from "./check.ts";
import { atOperator, type Found, type LintCondition, type LintStatement } from "./document.ts";
import { replaceText } from "./fix.ts";

/** Checks of condition operators, and of conditions without keys or values. */
export const OPERATOR_CHECKS: readonly Check[] = [
  {
    code: "INVALID_CONDITION_OPERATOR",
    type: "ERROR",
    find: ofOperators(function* (condition) {
      const { operator, operatorNode } = condition;
      if (parseOperatorName(operator) !== undefined || NULL_IF_EXISTS.test(operator)) return;
      const suggestion = nearestOperator(operator);
      yield {
        at: atOperator(condition),
        details: `The condition operator ${operator} is not valid. Use a valid condition operator.`,
        fixes:
          suggestion === undefined
            ? []
            : [replaceText(`Use "${suggestion}"`, operatorNode, suggestion)],
      };
    }),
  },
  {
    code: "NULL_WITH_IF_EXISTS",
    type: "ERROR",
    find: ofOperators(function* (condition) {
      if (!NULL_IF_EXISTS.test(condition.operator)) return;
      yield {
        at: atOperator(condition),
        details:
          "The Null condition operator cannot be used with the IfExists suffix. Update the operator or the suffix.",
      };
    }),
  },
  {
    code: "NULL_WITH_QUALIFIER",
    type: "SUGGESTION",
    find: ofOperators(function* (condition) {
      if (!/^For(?:All|Any)Values?:Null$/.test(condition.operator)) return;
      yield {
        at: atOperator(condition),
        details:
          "Avoid using the Null condition operator with the ForAllValues or ForAnyValue qualifiers.",
        fixes: [replaceText('Use "Null"', condition.operatorNode, "Null")],
      };
    }),
  },
  {
    code: "EMPTY_OBJECT_CONDITION",
    type: "SUGGESTION",
    find: ofStatements(function* ({ members, path }) {
      const condition = members.get("Condition")?.value;
      if (condition?.type !== "object") return;
      const own = [...path, { key: "Condition" }];
      const details =
        "This condition block is empty and it does not affect the policy. Specify conditions.";
      if (condition.members.length === 0) yield { at: { node: condition, path: own }, details };
      for (const { key, value } of condition.members) {
        if (value.type !== "object" || value.members.length > 0) continue;
        yield { at: { node: value, path: [...own, { key: key.value }] }, details };
      }
    }),
  },
  ...emptyValues(),
];

const NULL_IF_EXISTS = /^(?:For(?:All|Any)Values?:)?NullIfExists$/;

/** One operator at a time, whatever keys it has. */
function ofOperators(find: (condition: LintCondition) => Iterable<Found>): Check["find"] {
  return ofStatements(function* ({ conditions }: LintStatement) {
    const seen = new Set<number>();
    for (const condition of conditions) {
      if (seen.has(condition.operatorNode.start)) continue;
      seen.add(condition.operatorNode.start);
      yield* find(condition);
    }
  });
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

function emptyValues(): readonly Check[] {
  const check = (code: string, operators: RegExp, details: string): Check => ({
    code,
    type: "SUGGESTION",
    find: ofConditions(function* (condition) {
      const { node, operator } = condition;
      if (node.type !== "array" || node.items.length > 0 || !operators.test(operator)) return;
      yield { at: condition, details };
    }),
  });
  const missingOnly = (what: string) =>
    `The ${what} with an empty condition key matches only if the key is missing from the request context. To determine if the request context is empty, we recommend that you use the Null condition operator with the value of true instead.`;
  return [
    check(
      "EMPTY_ARRAY_CONDITION_FORALLVALUES",
      /^ForAllValues:/,
      missingOnly("ForAllValues prefix"),
    ),
    check(
      "EMPTY_ARRAY_CONDITION_FORANYVALUE",
      /^ForAnyValue:(?!.*IfExists$)/,
      "The ForAnyValue prefix with an empty condition key never matches the request context and it does not affect the policy. Specify conditions.",
    ),
    check(
      "EMPTY_ARRAY_CONDITION_IFEXISTS",
      /^(?!ForAllValues:).*IfExists$/,
      missingOnly("IfExists suffix"),
    ),
    check(
      "EMPTY_ARRAY_CONDITION",
      /^(?!For(?:All|Any)Values?:)(?!.*IfExists$)/,
      "There are no values for the condition key and it does not affect the policy. Specify conditions.",
    ),
  ];
}
