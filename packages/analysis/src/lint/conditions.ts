import { parseDecimal, parseInstant, parseIpRange, parseOperatorName } from "@portcullis/policy";
import { plainOperator } from "../condition/operator-name.ts";
import { type Check, ofConditions, ofStatements } from "./check.ts";
import { keyFacts } from "./condition-keys.ts";
import type { Found, LintCondition, LintStatement, Placed } from "./document.ts";
import { replaceText } from "./fix.ts";
import type { KeyType } from "./global-keys.ts";

const OPERATOR_NAMES = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
  "NumericEquals",
  "NumericNotEquals",
  "NumericLessThan",
  "NumericLessThanEquals",
  "NumericGreaterThan",
  "NumericGreaterThanEquals",
  "DateEquals",
  "DateNotEquals",
  "DateLessThan",
  "DateLessThanEquals",
  "DateGreaterThan",
  "DateGreaterThanEquals",
  "Bool",
  "BinaryEquals",
  "IpAddress",
  "NotIpAddress",
  "ArnEquals",
  "ArnLike",
  "ArnNotEquals",
  "ArnNotLike",
  "Null",
];

const atOperator = ({ operatorNode, operatorPath }: LintCondition): Placed => ({
  node: operatorNode,
  path: operatorPath,
});

/** A check of values that the operator can't be given. The engine refuses them, so that they are errors here. */
function mismatch(
  code: string,
  title: string,
  operators: RegExp,
  accepts: (text: string) => boolean,
  details: string,
): Check {
  return {
    code,
    type: "ERROR",
    title,
    find: ofConditions(function* ({ operator, values }) {
      if (!operators.test(plainOperator(operator)) || parseOperatorName(operator) === undefined)
        return;
      for (const value of values) if (!accepts(value.text)) yield { at: value, details };
    }),
  };
}

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

/** Checks of condition operators and their values. */
export const CONDITION_CHECKS: readonly Check[] = [
  {
    code: "INVALID_CONDITION_OPERATOR",
    type: "ERROR",
    title: "Invalid condition operator",
    find: ofOperators(function* (condition) {
      const { operator, operatorNode } = condition;
      if (parseOperatorName(operator) !== undefined || NULL_IF_EXISTS.test(operator)) return;
      const meant = nearestOperator(operator);
      yield {
        at: atOperator(condition),
        details: `The condition operator ${operator} is not valid. Use a valid condition operator.`,
        fixes: meant === undefined ? [] : [replaceText(`Use "${meant}"`, operatorNode, meant)],
      };
    }),
  },
  {
    code: "NULL_WITH_IF_EXISTS",
    type: "ERROR",
    title: "Null with if exists",
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
    title: "Null with qualifier",
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
    title: "Empty object condition",
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
  mismatch(
    "TYPE_MISMATCH_NUMBER",
    "Type mismatch number",
    /^Numeric/,
    (text) => parseDecimal(text) !== undefined,
    "Add a valid numeric value for the condition operator.",
  ),
  mismatch(
    "TYPE_MISMATCH_DATE",
    "Type mismatch date",
    /^Date/,
    (text) => parseInstant(text) !== undefined,
    "The date condition operator is used with an invalid value. Specify a valid date using YYYY-MM-DD or other ISO 8601 date/time format.",
  ),
  mismatch(
    "TYPE_MISMATCH_IP_RANGE",
    "Type mismatch IP range",
    /IpAddress$/,
    (text) => parseIpRange(text) !== undefined,
    "The condition operator is used with an invalid IP range value. Specify the IP range in standard CIDR format.",
  ),
  mismatch(
    "TYPE_MISMATCH_BOOLEAN",
    "Type mismatch Boolean",
    /^(?:Bool|Null)$/,
    (text) => /^(?:true|false)$/i.test(text) || text.includes("${"),
    "Add a valid Boolean value (true or false) for the condition operator.",
  ),
  mismatch(
    "TYPE_MISMATCH_STRING",
    "Type mismatch string",
    /^Binary/,
    isBase64,
    "Add a valid base64-encoded string value for the condition operator.",
  ),
  {
    code: "TYPE_MISMATCH",
    type: "WARNING",
    title: "Type mismatch",
    find: ofConditions(function* (condition, _, { services }) {
      const facts = keyFacts(condition.key, services);
      const wanted = facts && OPERATORS_OF[facts.type];
      const name = plainOperator(condition.operator);
      if (wanted === undefined || name === "Null" || wanted.accepts.test(name)) return;
      if (parseOperatorName(condition.operator) === undefined) return;
      yield {
        at: atOperator(condition),
        details: `Use the operator type ${wanted.say} instead of operator ${name} for the condition key ${condition.key}.`,
      };
    }),
  },
  {
    code: "INVALID_CONDITION_MULTIPLE_BOOLEAN",
    type: "WARNING",
    title: "Invalid condition multiple Boolean",
    find: ofConditions(function* (condition) {
      if (!/^(?:Bool|Null)$/.test(plainOperator(condition.operator)) || condition.values.length < 2)
        return;
      yield {
        at: condition,
        details: `The condition key ${condition.key} does not support multiple Boolean values. Use a single Boolean value.`,
      };
    }),
  },
  {
    code: "INVALID_DATE_VALUE",
    type: "WARNING",
    title: "Invalid date value",
    find: ofConditions(function* ({ operator, values }) {
      if (!/^Date/.test(plainOperator(operator))) return;
      for (const value of values) {
        if (!/^-?\d+$/.test(value.text) || value.text.length === 4) continue;
        const at = parseInstant(value.text);
        const iso =
          at === undefined || Math.abs(at) > 8.64e15
            ? undefined
            : new Date(at).toISOString().replace(".000Z", "Z");
        yield {
          at: value,
          details: `The date ${value.text} might not resolve as expected. We recommend that you use the YYYY-MM-DD format.`,
          fixes: iso === undefined ? [] : [replaceText(`Use "${iso}"`, value.node, iso)],
        };
      }
    }),
  },
  {
    code: "WILDCARD_WITHOUT_LIKE_OPERATOR",
    type: "WARNING",
    title: "Wildcard without like operator",
    find: ofConditions(function* (condition) {
      const { operator, operatorNode, values } = condition;
      if (!/^String(?:Not)?Equals$/.test(plainOperator(operator))) return;
      const wild = values.find(({ text }) => /[*?]/.test(text.replace(/\$\{[*?$]\}/g, "")));
      if (wild === undefined) return;
      const like = operator.replace("Equals", "Like");
      yield {
        at: wild,
        details:
          "Your condition value includes a * or ? character. If you meant to use a wildcard (*, ?), update the condition operator to include Like.",
        fixes: [replaceText(`Use "${like}"`, operatorNode, like)],
      };
    }),
  },
  {
    code: "IMPROVE_IP_RANGE",
    type: "SUGGESTION",
    title: "Improve IP range",
    find: ofConditions(function* ({ operator, values }) {
      if (!/IpAddress$/.test(plainOperator(operator))) return;
      for (const value of values) {
        const better = maskedRange(value.text);
        if (better === undefined) continue;
        yield {
          at: value,
          details: `The non-zero bits in the IP address after the masked bits are ignored. Replace address with ${better}.`,
          fixes: [replaceText(`Use "${better}"`, value.node, better)],
        };
      }
    }),
  },
  {
    code: "REDUNDANT_CONDITION_VALUE_NUM",
    type: "SUGGESTION",
    title: "Redundant condition value num",
    find: ofConditions(function* (condition) {
      const name = plainOperator(condition.operator);
      const found = /^(?:Numeric|Date)(Less|Greater)Than/.exec(name);
      if (found === null || condition.values.length < 2) return;
      const end = found[1] === "Less" ? "greatest" : "least";
      yield {
        at: condition,
        details: `Multiple values in ${name} are redundant. Replace with the ${end} single value for ${condition.key}.`,
      };
    }),
  },
  {
    code: "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    type: "SECURITY_WARNING",
    title: "ForAllValues with single valued key",
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
    code: "FORALLVALUES_WITHOUT_PRESENCE",
    type: "SECURITY_WARNING",
    title: "ForAllValues without presence",
    page: "reference_policies_condition-single-vs-multi-valued-context-keys",
    find: ofConditions(function* (condition, { effect, conditions }, { services }) {
      if (effect !== "Allow" || !condition.operator.startsWith("ForAllValues:")) return;
      // Of keys with one value the check above speaks.
      if (keyFacts(condition.key, services)?.many === false) return;
      if (conditions.some((other) => requires(other, condition.key))) return;
      yield {
        at: atOperator(condition),
        details: `ForAllValues holds of requests that do not have the key ${condition.key}. Add the condition "Null": {"${condition.key}": "false"} if the key must be there.`,
      };
    }),
  },
  {
    code: "MISSING_QUALIFIER",
    type: "WARNING",
    title: "Missing qualifier",
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
    code: "DENY_WITHOUT_MFA_MISSES_LONG_TERM_KEYS",
    type: "SECURITY_WARNING",
    title: "Deny without MFA misses long-term keys",
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
        fixes: [replaceText('Use "BoolIfExists"', condition.operatorNode, "BoolIfExists")],
      };
    }),
  },
  {
    code: "NEGATED_CONDITION_ALLOWS_MISSING_KEY",
    type: "WARNING",
    title: "Negated condition allows missing key",
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

const NULL_IF_EXISTS = /^(?:For(?:All|Any)Values?:)?NullIfExists$/;
/** Keys that every request has. */
const ALWAYS_THERE =
  /^aws:(?:currenttime|epochtime|sourceip|securetransport|requestedregion|principalarn|principalaccount|principaltype|userid|useragent)$/i;

/** Whether a condition does not hold without the key. */
function requires({ operator, key, values }: LintCondition, wanted: string): boolean {
  if (key.toLowerCase() !== wanted.toLowerCase()) return false;
  if (operator === "Null") return values.every(({ text }) => /^false$/i.test(text));
  return !/^ForAllValues:|IfExists$|Not/.test(operator);
}

const OPERATORS_OF: Readonly<Record<KeyType, { readonly accepts: RegExp; readonly say: string }>> =
  {
    String: { accepts: /^(?:String|Arn)/, say: "String" },
    ARN: { accepts: /^(?:Arn|String)/, say: "ARN" },
    Bool: { accepts: /^(?:Bool|String)/, say: "Bool" },
    Date: { accepts: /^(?:Date|Numeric)/, say: "Date" },
    Numeric: { accepts: /^(?:Numeric|Date)/, say: "Numeric" },
    IPAddress: { accepts: /IpAddress$/, say: "IP address" },
    Binary: { accepts: /^Binary/, say: "Binary" },
  };

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
  const known = OPERATOR_NAMES.find((one) => one.toLowerCase() === name.toLowerCase());
  if (known === undefined) return undefined;
  const set = prefix === "" ? "" : /all/i.test(prefix) ? "ForAllValues:" : "ForAnyValue:";
  const whole = `${set}${known}${suffix === "" ? "" : "IfExists"}`;
  return parseOperatorName(whole) === undefined ? undefined : whole;
}

function emptyValues(): readonly Check[] {
  const check = (code: string, title: string, operators: RegExp, details: string): Check => ({
    code,
    type: "SUGGESTION",
    title,
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
      "Empty array condition ForAllValues",
      /^ForAllValues:/,
      missingOnly("ForAllValues prefix"),
    ),
    check(
      "EMPTY_ARRAY_CONDITION_FORANYVALUE",
      "Empty array condition ForAnyValue",
      /^ForAnyValue:(?!.*IfExists$)/,
      "The ForAnyValue prefix with an empty condition key never matches the request context and it does not affect the policy. Specify conditions.",
    ),
    check(
      "EMPTY_ARRAY_CONDITION_IFEXISTS",
      "Empty array condition IfExists",
      /^(?!ForAllValues:).*IfExists$/,
      missingOnly("IfExists suffix"),
    ),
    check(
      "EMPTY_ARRAY_CONDITION",
      "Empty array condition",
      /^(?!For(?:All|Any)Values?:)(?!.*IfExists$)/,
      "There are no values for the condition key and it does not affect the policy. Specify conditions.",
    ),
  ];
}

/** The range without bits that are ignored; undefined if it has none. */
function maskedRange(text: string): string | undefined {
  const range = parseIpRange(text);
  if (range === undefined || !text.includes("/")) return undefined;
  const { groups, bits } = range;
  const masked = groups.map((group, at) => {
    const open = 16 - Math.min(16, Math.max(0, bits - at * 16));
    return (group >> open) << open;
  });
  if (masked.every((group, at) => group === groups[at])) return undefined;
  const address =
    masked.length === 2
      ? masked.flatMap((group) => [group >> 8, group & 255]).join(".")
      : masked.map((group) => group.toString(16)).join(":");
  return `${address}/${bits}`;
}
