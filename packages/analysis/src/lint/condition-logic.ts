import { plainOperator } from "../condition/operator-name.ts";
import { type CheckRule, ofConditions } from "./check.ts";
import { keyFacts } from "./condition-keys.ts";
import type { LintCondition } from "./document.ts";
import { correctable, replaceText } from "./fix.ts";

/** Checks of conditions that hold of more, or of fewer, requests than they seem to. */
export const LOGIC_CHECKS: readonly CheckRule[] = [
  {
    title: "ForAllValues with single valued key",
    type: "SECURITY_WARNING",
    find: ofConditions(({ operator, key, atOperator: at }, { effect }, { services }) => {
      if (effect !== "Allow" || !operator.startsWith(FOR_ALL_VALUES)) return undefined;
      if (keyFacts(key, services)?.many !== false) return undefined;
      const plain = operator.slice(FOR_ALL_VALUES.length);
      return {
        at,
        details: `Using ForAllValues qualifier with the single-valued condition key ${key} can be overly permissive. We recommend that you remove ForAllValues:.`,
        fixes: [replaceText("Remove ForAllValues:", at.node, plain)],
      };
    }),
  },
  {
    title: "ForAllValues without presence",
    type: "SECURITY_WARNING",
    page: "reference_policies_condition-single-vs-multi-valued-context-keys",
    find: ofConditions(
      ({ operator, key, atOperator: at }, { effect, conditions }, { services }) => {
        if (effect !== "Allow" || !operator.startsWith(FOR_ALL_VALUES)) return undefined;
        // The check above reports keys with one value.
        if (keyFacts(key, services)?.many === false || isRequired(key, conditions))
          return undefined;
        const details = `ForAllValues holds of requests that do not have the key ${key}. Add the condition "Null": {"${key}": "false"} if the key must be there.`;
        return { at, details };
      },
    ),
  },
  {
    title: "Missing qualifier",
    type: "WARNING",
    find: ofConditions(({ operator, key, atOperator: at }, _, { services }) => {
      if (/^For(?:All|Any)Values?:/.test(operator) || plainOperator(operator) === "Null")
        return undefined;
      const details = `The request context key ${key} has multiple values. Use the ForAllValues or ForAnyValue condition key qualifiers in your policy.`;
      return keyFacts(key, services)?.many === true ? { at, details } : undefined;
    }),
  },
  {
    title: "Deny without MFA misses long term keys",
    type: "SECURITY_WARNING",
    page: "id_credentials_mfa_configure-api-require",
    find: ofConditions(({ operator, key, values, atOperator }, { effect }) => {
      if (effect !== "Deny" || key.toLowerCase() !== "aws:multifactorauthpresent") return undefined;
      if (operator !== "Bool" || !values.some(isFalse)) return undefined;
      const details =
        "Requests with long-term access keys do not have the key aws:MultiFactorAuthPresent, and this statement does not deny them. Use BoolIfExists.";
      return correctable(atOperator, details, "BoolIfExists");
    }),
  },
  {
    title: "Negated condition allows missing key",
    type: "WARNING",
    page: "reference_policies_elements_condition_operators",
    find: ofConditions(({ operator, key, atOperator: at }, { effect, conditions }) => {
      if (effect !== "Allow" || !/^(?:\w+Not\w+|NotIpAddress)$/.test(operator)) return undefined;
      if (ALWAYS_THERE.test(key) || isRequired(key, conditions)) return undefined;
      const details = `${operator} holds of requests that do not have the key ${key}, so that they are allowed.`;
      return { at, details };
    }),
  },
];

const FOR_ALL_VALUES = "ForAllValues:";

/** Keys that every request has. */
const ALWAYS_THERE =
  /^aws:(?:currenttime|epochtime|sourceip|securetransport|requestedregion|principalarn|principalaccount|principaltype|userid|useragent)$/i;

const isFalse = ({ text }: { readonly text: string }): boolean => text.toLowerCase() === "false";

/** Whether one of a statement's conditions does not hold without the key. */
const isRequired = (wanted: string, conditions: readonly LintCondition[]): boolean =>
  conditions.some(({ operator, key, values }) => {
    if (key.toLowerCase() !== wanted.toLowerCase()) return false;
    return operator === "Null"
      ? values.every(isFalse)
      : !/^ForAllValues:|IfExists$|Not/.test(operator);
  });
