import { operatorNames, parseOperatorName } from "@portcullis/policy";
import { type CheckRule, ofConditions, ofStatements } from "./check.ts";
import { atOperator, type Found, type LintCondition, type LintStatement } from "./document.ts";
import { useInstead } from "./fix.ts";

/** Checks of condition operators, and of conditions without keys or values. */
export const OPERATOR_CHECKS: readonly CheckRule[] = [
  {
    title: "Invalid condition operator",
    type: "ERROR",
    find: ofOperators(function* (condition) {
      const { operator, operatorNode } = condition;
      if (parseOperatorName(operator) !== undefined || NULL_IF_EXISTS.test(operator)) return;
      yield {
        at: atOperator(condition),
        details: `The condition operator ${operator} is not valid. Use a valid condition operator.`,
        fixes: useInstead(operatorNode, nearestOperator(operator)),
      };
    }),
  },
  {
    title: "Null with if exists",
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
    title: "Null with qualifier",
    type: "SUGGESTION",
    find: ofOperators(function* (condition) {
      if (!/^For(?:All|Any)Values?:Null$/.test(condition.operator)) return;
      yield {
        at: atOperator(condition),
        details:
          "Avoid using the Null condition operator with the ForAllValues or ForAnyValue qualifiers.",
        fixes: useInstead(condition.operatorNode, "Null"),
      };
    }),
  },
  {
    title: "Empty object condition",
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
function ofOperators(find: (condition: LintCondition) => Iterable<Found>): CheckRule["find"] {
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

function emptyValues(): readonly CheckRule[] {
  const check = (title: string, operators: RegExp, details: string): CheckRule => ({
    title,
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
      "Empty array condition ForAllValues",
      /^ForAllValues:/,
      missingOnly("ForAllValues prefix"),
    ),
    check(
      "Empty array condition ForAnyValue",
      /^ForAnyValue:(?!.*IfExists$)/,
      "The ForAnyValue prefix with an empty condition key never matches the request context and it does not affect the policy. Specify conditions.",
    ),
    check(
      "Empty array condition IfExists",
      /^(?!ForAllValues:).*IfExists$/,
      missingOnly("IfExists suffix"),
    ),
    check(
      "Empty array condition",
      /^(?!For(?:All|Any)Values?:)(?!.*IfExists$)/,
      "There are no values for the condition key and it does not affect the policy. Specify conditions.",
    ),
  ];
}
