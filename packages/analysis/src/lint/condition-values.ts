import { parseInstant, parseIpRange, parseOperatorName } from "@portcullis/policy";
import { addressText, firstAddress } from "../condition/addresses.ts";
import { plainOperator } from "../condition/operator-name.ts";
import { type CheckRule, ofConditions } from "./check.ts";
import { keyFacts } from "./condition-keys.ts";
import { atOperator } from "./document.ts";
import { useInstead } from "./fix.ts";
import type { KeyType } from "./global-keys.ts";

/** Checks of the values of conditions. */
export const VALUE_CHECKS: readonly CheckRule[] = [
  mismatch(
    "Type mismatch number",
    /^Numeric/,
    "Add a valid numeric value for the condition operator.",
  ),
  mismatch(
    "Type mismatch date",
    /^Date/,
    "The date condition operator is used with an invalid value. Specify a valid date using YYYY-MM-DD or other ISO 8601 date/time format.",
  ),
  mismatch(
    "Type mismatch IP range",
    /IpAddress$/,
    "The condition operator is used with an invalid IP range value. Specify the IP range in standard CIDR format.",
  ),
  mismatch(
    "Type mismatch boolean",
    /^(?:Bool|Null)$/,
    "Add a valid Boolean value (true or false) for the condition operator.",
  ),
  mismatch(
    "Type mismatch string",
    /^Binary/,
    "Add a valid base64-encoded string value for the condition operator.",
  ),
  {
    title: "Type mismatch",
    type: "WARNING",
    find: ofConditions(function* (condition, _, { services }) {
      const facts = keyFacts(condition.key, services);
      const wanted = facts && OPERATORS_OF[facts.type];
      const name = plainOperator(condition.operator);
      if (wanted === undefined || name === "Null" || wanted.accepts.test(name)) return;
      if (parseOperatorName(condition.operator) === undefined) return;
      yield {
        at: atOperator(condition),
        details: `Use the operator type ${wanted.describe} instead of operator ${name} for the condition key ${condition.key}.`,
      };
    }),
  },
  {
    title: "Invalid condition multiple boolean",
    type: "WARNING",
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
    title: "Invalid date value",
    type: "WARNING",
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
          fixes: useInstead(value.node, iso),
        };
      }
    }),
  },
  {
    title: "Wildcard without like operator",
    type: "WARNING",
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
        fixes: useInstead(operatorNode, like),
      };
    }),
  },
  {
    title: "Improve IP range",
    type: "SUGGESTION",
    find: ofConditions(function* ({ operator, values }) {
      if (!/IpAddress$/.test(plainOperator(operator))) return;
      for (const value of values) {
        const better = maskedRange(value.text);
        if (better === undefined) continue;
        yield {
          at: value,
          details: `The non-zero bits in the IP address after the masked bits are ignored. Replace address with ${better}.`,
          fixes: useInstead(value.node, better),
        };
      }
    }),
  },
  {
    title: "Redundant condition value num",
    type: "SUGGESTION",
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
];

/**
 * A check of values that the operator can't be given. The engine refuses them, so that they are
 * errors here.
 */
function mismatch(title: string, operators: RegExp, details: string): CheckRule {
  return {
    title,
    type: "ERROR",
    find: ofConditions(function* ({ operator, values }) {
      const known = parseOperatorName(operator)?.operator;
      if (known === undefined || !operators.test(plainOperator(operator))) return;
      for (const value of values) if (!known.accepts(value.text)) yield { at: value, details };
    }),
  };
}

const OPERATORS_OF: Readonly<
  Record<KeyType, { readonly accepts: RegExp; readonly describe: string }>
> = {
  String: { accepts: /^(?:String|Arn)/, describe: "String" },
  ARN: { accepts: /^(?:Arn|String)/, describe: "ARN" },
  Bool: { accepts: /^(?:Bool|String)/, describe: "Bool" },
  Date: { accepts: /^(?:Date|Numeric)/, describe: "Date" },
  Numeric: { accepts: /^(?:Numeric|Date)/, describe: "Numeric" },
  IPAddress: { accepts: /IpAddress$/, describe: "IP address" },
  Binary: { accepts: /^Binary/, describe: "Binary" },
};

/** The range without bits that are ignored; undefined if it has none. */
function maskedRange(text: string): string | undefined {
  const range = parseIpRange(text);
  if (range === undefined || !text.includes("/")) return undefined;
  const first = firstAddress(range);
  return first.join() === range.groups.join() ? undefined : `${addressText(first)}/${range.bits}`;
}
