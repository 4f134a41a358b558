import { plainOperator } from "../condition/operator-name.ts";
import { type CheckRule, ofConditions } from "./check.ts";
import { keyFacts } from "./condition-keys.ts";
import { atOperator, type LintCondition } from "./document.ts";
import { replaceText, useInstead } from "./fix.ts";

/** Checks of conditions that hold of more, or of fewer, requests than they seem to. */
export const LOGIC_CHECKS: readonly CheckRule[] = [
  {
    title: "ForAllValues with single valued key",
    type: "SECURITY_WARNING",
    find: ofConditions(function* (condition, { effect }, { services }) {
      if (effect !== "Allow" || !condition.operator.startsWith("ForAllValues:")) return;
      const facts = keyFacts(condition.key, services);
      if (facts === undefined || facts.many) return;
      yield {
        at: atOperator(condition),
        details: `Using ForAllValues qualifier with the single-valued condition key ${condition.key} can be overly permissive. We recommend that you remove ForAllValues:.`,
        fixes: [
          replaceText(
            "Remove ForAllValues:",
            condition.operatorNode,
            condition.operator.slice("ForAllValues:".length),
          ),
        ],
      };
    }),
  },
  {
    title: "ForAllValues without presence",
    type: "SECURITY_WARNING",
    page: "reference_policies_condition-single-vs-multi-valued-context-keys",
    find: ofConditions(function* (condition, { effect, conditions }, { services }) {
      if (effect !== "Allow" || !condition.operator.startsWith("ForAllValues:")) return;
      // The check above reports keys with one value.
      if (keyFacts(condition.key, services)?.many === false) return;
      if (conditions.some((other) => requires(other, condition.key))) return;
      yield {
        at: atOperator(condition),
        details: `ForAllValues holds of requests that do not have the key ${condition.key}. Add the condition "Null": {"${condition.key}": "false"} if the key must be there.`,
      };
    }),
  },
  {
    title: "Missing qualifier",
    type: "WARNING",
    find: ofConditions(function* (condition, _, { services }) {
      if (
        /^For(?:All|Any)Values?:/.test(condition.operator) ||
        plainOperator(condition.operator) === "Null"
      )
        return;
      if (keyFacts(condition.key, services)?.many !== true) return;
      yield {
        at: atOperator(condition),
        details: `The request context key ${condition.key} has multiple values. Use the ForAllValues or ForAnyValue condition key qualifiers in your policy.`,
      };
    }),
  },
  {
    title: "Deny without MFA misses long term keys",
    type: "SECURITY_WARNING",
    page: "id_credentials_mfa_configure-api-require",
    find: ofConditions(function* (condition, { effect }) {
      if (effect !== "Deny" || condition.key.toLowerCase() !== "aws:multifactorauthpresent") return;
      if (
        condition.operator !== "Bool" ||
        !condition.values.some(({ text }) => /^false$/i.test(text))
      )
        return;
      yield {
        at: atOperator(condition),
        details:
          "Requests with long-term access keys do not have the key aws:MultiFactorAuthPresent, and this statement does not deny them. Use BoolIfExists.",
        fixes: useInstead(condition.operatorNode, "BoolIfExists"),
      };
    }),
  },
  {
    title: "Negated condition allows missing key",
    type: "WARNING",
    page: "reference_policies_elements_condition_operators",
    find: ofConditions(function* (condition, { effect, conditions }) {
      if (effect !== "Allow" || !/^(?:\w+Not\w+|NotIpAddress)$/.test(condition.operator)) return;
      if (
        ALWAYS_THERE.test(condition.key) ||
        conditions.some((other) => requires(other, condition.key))
      )
        return;
      yield {
        at: atOperator(condition),
        details: `${condition.operator} holds of requests that do not have the key ${condition.key}, so that they are allowed.`,
      };
    }),
  },
];

/** Keys that every request has. */
const ALWAYS_THERE =
  /^aws:(?:currenttime|epochtime|sourceip|securetransport|requestedregion|principalarn|principalaccount|principaltype|userid|useragent)$/i;

/** Whether a condition does not hold without the key. */
function requires({ operator, key, values }: LintCondition, wanted: string): boolean {
  if (key.toLowerCase() !== wanted.toLowerCase()) return false;
  if (operator === "Null") return values.every(({ text }) => /^false$/i.test(text));
  return !/^ForAllValues:|IfExists$|Not/.test(operator);
}
