import {
  type OperatorName,
  parseInstant,
  parseIpRange,
  parseOperatorName,
} from "@portcullis/policy";
import { addressText, firstAddress } from "../condition/addresses.ts";
import { plainOperator } from "../condition/operator-name.ts";
import { type CheckRule, ofConditions } from "./check.ts";
import { keyFacts } from "./condition-keys.ts";
import type { Found, LocatedText } from "./document.ts";
import { correctable, useInstead } from "./fix.ts";
import type { KeyType } from "./global-keys.ts";

const DATE = /^Date/;
const ADDRESS = /IpAddress$/;
const TEXT = /^(?:String|Arn)/;
const NUMBER_OR_DATE = /^(?:Numeric|Date)/;
const BOOLEAN = /^(?:Bool|Null)$/;

/** Checks of the values of conditions. */
export const VALUE_CHECKS: readonly CheckRule[] = [
  mismatch(
    "Type mismatch number",
    /^Numeric/,
    "Add a valid numeric value for the condition operator.",
  ),
  mismatch(
    "Type mismatch date",
    DATE,
    "The date condition operator is used with an invalid value. Specify a valid date using YYYY-MM-DD or other ISO 8601 date/time format.",
  ),
  mismatch(
    "Type mismatch IP range",
    ADDRESS,
    "The condition operator is used with an invalid IP range value. Specify the IP range in standard CIDR format.",
  ),
  mismatch(
    "Type mismatch boolean",
    BOOLEAN,
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
    find: ofConditions(({ operator, key, atOperator: at }, _, { services }) => {
      const facts = keyFacts(key, services);
      const wanted = facts && OPERATORS_OF[facts.type];
      const name = plainOperator(operator);
      if (wanted === undefined || name === "Null" || wanted.accepts.test(name)) return undefined;
      const details = `Use the operator type ${wanted.describe} instead of operator ${name} for the condition key ${key}.`;
      return parseOperatorName(operator) === undefined ? undefined : { at, details };
    }),
  },
  {
    title: "Invalid condition multiple boolean",
    type: "WARNING",
    find: ofConditions((at) => {
      if (!BOOLEAN.test(plainOperator(at.operator)) || at.values.length < 2) return undefined;
      const details = `The condition key ${at.key} does not support multiple Boolean values. Use a single Boolean value.`;
      return { at, details };
    }),
  },
  {
    title: "Invalid date value",
    type: "WARNING",
    find: ofValues(DATE, (at) => {
      const { text } = at;
      if (!/^-?\d+$/.test(text) || text.length === 4) return undefined;
      const time = parseInstant(text);
      const iso =
        time === undefined || Math.abs(time) > 8.64e15
          ? undefined
          : new Date(time).toISOString().replace(".000Z", "Z");
      const details = `The date ${text} might not resolve as expected. We recommend that you use the YYYY-MM-DD format.`;
      return correctable(at, details, iso);
    }),
  },
  {
    title: "Wildcard without like operator",
    type: "WARNING",
    find: ofConditions(({ operator, atOperator, values }) => {
      if (!/^String(?:Not)?Equals$/.test(plainOperator(operator))) return undefined;
      const at = values.find(({ text }) => /[*?]/.test(text.replace(/\$\{[*?$]\}/g, "")));
      if (at === undefined) return undefined;
      const details =
        "Your condition value includes a * or ? character. If you meant to use a wildcard (*, ?), update the condition operator to include Like.";
      const fixes = useInstead(atOperator.node, operator.replace("Equals", "Like"));
      return { at, details, fixes };
    }),
  },
  {
    title: "Improve IP range",
    type: "SUGGESTION",
    find: ofValues(ADDRESS, (at) => {
      const better = maskedRange(at.text);
      const details = `The non-zero bits in the IP address after the masked bits are ignored. Replace address with ${better}.`;
      return better === undefined ? undefined : correctable(at, details, better);
    }),
  },
  {
    title: "Redundant condition value num",
    type: "SUGGESTION",
    find: ofConditions((at) => {
      const name = plainOperator(at.operator);
      const [, comparison] = /^(?:Numeric|Date)(Less|Greater)Than/.exec(name) ?? [];
      if (comparison === undefined || at.values.length < 2) return undefined;
      const end = comparison === "Less" ? "greatest" : "least";
      const details = `Multiple values in ${name} are redundant. Replace with the ${end} single value for ${at.key}.`;
      return { at, details };
    }),
  },
];

/** A check that looks at one value of some operators at a time. */
function ofValues(
  operators: RegExp,
  find: (value: LocatedText, operator: OperatorName | undefined) => Found | undefined,
): CheckRule["find"] {
  return function* ({ statements }) {
    for (const { operator, values } of statements.flatMap(({ conditions }) => conditions)) {
      if (!operators.test(plainOperator(operator))) continue;
      const known = parseOperatorName(operator);
      for (const value of values) yield find(value, known);
    }
  };
}

/**
 * A check of values that the operator can't be given. The engine refuses them, so that they are
 * errors here.
 */
function mismatch(title: string, operators: RegExp, details: string): CheckRule {
  return {
    title,
    type: "ERROR",
    find: ofValues(operators, (at, known) =>
      known?.operator.accepts(at.text) === false ? { at, details } : undefined,
    ),
  };
}

const OPERATORS_OF: Readonly<
  Record<KeyType, { readonly accepts: RegExp; readonly describe: string }>
> = {
  String: { accepts: TEXT, describe: "String" },
  ARN: { accepts: TEXT, describe: "ARN" },
  Bool: { accepts: /^(?:Bool|String)/, describe: "Bool" },
  Date: { accepts: NUMBER_OR_DATE, describe: "Date" },
  Numeric: { accepts: NUMBER_OR_DATE, describe: "Numeric" },
  IPAddress: { accepts: ADDRESS, describe: "IP address" },
  Binary: { accepts: /^Binary/, describe: "Binary" },
};

/** The range without bits that are ignored; undefined if it has none. */
function maskedRange(text: string): string | undefined {
  const range = parseIpRange(text);
  if (range === undefined || !text.includes("/")) return undefined;
  const first = firstAddress(range);
  return first.join() === range.groups.join() ? undefined : `${addressText(first)}/${range.bits}`;
}
