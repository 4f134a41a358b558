import {
  constantGlob,
  constantText,
  parseTemplate,
  resolveGlob,
  resolveText,
  type Template,
} from "../match/template.ts";
import { matchesGlob, SEPARATOR } from "../match/wildcard.ts";
import { resourceStart } from "../model/arn.ts";
import type { RequestContext } from "../model/request-context.ts";
import { decodeBase64 } from "./base64.ts";
import { type Decimal, parseDecimal } from "./decimal.ts";
import { parseInstant } from "./instant.ts";
import { isInRange, parseIpAddress, parseIpRange } from "./ip-address.ts";

/**
 * Compares one value of the request with all the values that the policy wants. Undefined: it can't be decided, because
 * the request's value is not of the operator's type.
 */
export type Comparison = (actual: string, context: RequestContext) => boolean | undefined;

/** All we know of a condition operator (IAM UG/reference_policies_elements_condition_operators). */
export interface Operator {
  /** True when any wanted value matches: negation is applied after, so that "no value may match" holds for negated ones. */
  readonly compare: (wanted: readonly string[], variables: boolean) => Comparison;
  readonly negated: boolean;
  /** `Null` is handed whether the key is missing, as "true" or "false", in place of the key's value. */
  readonly asksPresence: boolean;
  /** Whether its values may hold policy variables. */
  readonly variables: boolean;
  /** Whether a value in a document can be meant at all. */
  readonly accepts: (wanted: string) => boolean;
}

function operator(compare: Operator["compare"], more: Partial<Operator> = {}): Operator {
  return {
    compare,
    negated: false,
    asksPresence: false,
    variables: false,
    accepts: () => true,
    ...more,
  };
}

/** An operator that reads both sides with a parser, and compares what it got. */
function typed<W, A>(
  readWanted: (text: string) => W | undefined,
  readActual: (text: string) => A | undefined,
  matches: (actual: A, wanted: W) => boolean,
): Operator {
  return operator(
    (wanted) => {
      const values = wanted.map(readWanted).filter((value) => value !== undefined);
      return (text) => {
        const actual = readActual(text);
        if (actual === undefined) return undefined;
        for (const value of values) if (matches(actual, value)) return true;
        return false;
      };
    },
    { accepts: (text) => readWanted(text) !== undefined },
  );
}

const decimal = (matches: (actual: Decimal, wanted: Decimal) => boolean) =>
  typed(parseDecimal, parseDecimal, matches);
const instant = (matches: (actual: number, wanted: number) => boolean) =>
  typed(parseInstant, parseInstant, matches);
const not = (positive: Operator): Operator => ({ ...positive, negated: true });

function compareText(fold: (text: string) => string): Operator["compare"] {
  return (wanted, variables) => {
    const constant = new Set<string>();
    const changing: Template[] = [];
    for (const value of wanted) {
      const template = parseTemplate(value, false, variables);
      const text = constantText(template);
      if (text === undefined) changing.push(template);
      else constant.add(fold(text));
    }
    return (actual, context) => {
      const text = fold(actual);
      if (constant.has(text)) return true;
      for (const template of changing) {
        const value = resolveText(template, context);
        if (value !== undefined && fold(value) === text) return true;
      }
      return false;
    };
  };
}

const compareLike: Operator["compare"] = (wanted, variables) => {
  const patterns = wanted.map((value) => {
    const template = parseTemplate(value, true, variables);
    return { template, glob: constantGlob(template) };
  });
  return (actual, context) => {
    for (const { template, glob = resolveGlob(template, context) } of patterns) {
      if (glob !== undefined && matchesGlob(glob, actual, 0, actual.length, 0)) return true;
    }
    return false;
  };
};

/** As `Like`, but an ARN's six parts are matched one by one. What has no six parts is no ARN, and like none. */
const compareArn: Operator["compare"] = (wanted, variables) => {
  const patterns = wanted.map((value) => parseTemplate(value, true, variables));
  return (actual, context) => {
    const separatorsEnd = resourceStart(actual);
    if (separatorsEnd === 0) return false;
    let decided = true;
    for (const pattern of patterns) {
      const glob = resolveGlob(pattern, context, 5);
      if (glob === undefined) continue;
      // A pattern that has no six parts can't say whether it means this ARN.
      if (glob.codes.filter((code) => code === SEPARATOR).length < 5) decided = false;
      else if (matchesGlob(glob, actual, 0, actual.length, separatorsEnd)) return true;
    }
    return decided ? false : undefined;
  };
};

const lower = (text: string) => text.toLowerCase();
const parseBoolean = (text: string) => (/^(true|false)$/i.test(text) ? lower(text) : undefined);
const isBoolean = (text: string) => parseBoolean(text) !== undefined || text.includes("${");

const stringEquals = operator(
  compareText((text) => text),
  { variables: true },
);
const stringEqualsIgnoreCase = operator(compareText(lower), { variables: true });
const stringLike = operator(compareLike, { variables: true });
// ArnEquals and ArnLike are the same: six parts, matched one by one.
const arnLike = operator(compareArn, { variables: true });
const ipAddress = typed(parseIpRange, parseIpAddress, isInRange);
const numericEquals = decimal((actual, wanted) => !(actual < wanted) && !(actual > wanted));
const dateEquals = instant((actual, wanted) => actual === wanted);
const bool = operator(
  (wanted, variables) => {
    const among = compareText(lower)(wanted, variables);
    return (actual, context) =>
      parseBoolean(actual) === undefined ? undefined : among(actual, context);
  },
  { variables: true, accepts: isBoolean },
);

export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["StringEquals", stringEquals],
  ["StringNotEquals", not(stringEquals)],
  ["StringEqualsIgnoreCase", stringEqualsIgnoreCase],
  ["StringNotEqualsIgnoreCase", not(stringEqualsIgnoreCase)],
  ["StringLike", stringLike],
  ["StringNotLike", not(stringLike)],
  ["NumericEquals", numericEquals],
  ["NumericNotEquals", not(numericEquals)],
  ["NumericLessThan", decimal((actual, wanted) => actual < wanted)],
  ["NumericLessThanEquals", decimal((actual, wanted) => actual <= wanted)],
  ["NumericGreaterThan", decimal((actual, wanted) => actual > wanted)],
  ["NumericGreaterThanEquals", decimal((actual, wanted) => actual >= wanted)],
  ["DateEquals", dateEquals],
  ["DateNotEquals", not(dateEquals)],
  ["DateLessThan", instant((actual, wanted) => actual < wanted)],
  ["DateLessThanEquals", instant((actual, wanted) => actual <= wanted)],
  ["DateGreaterThan", instant((actual, wanted) => actual > wanted)],
  ["DateGreaterThanEquals", instant((actual, wanted) => actual >= wanted)],
  ["Bool", bool],
  ["BinaryEquals", typed(decodeBase64, decodeBase64, (actual, wanted) => actual === wanted)],
  ["IpAddress", ipAddress],
  ["NotIpAddress", not(ipAddress)],
  ["ArnEquals", arnLike],
  ["ArnLike", arnLike],
  ["ArnNotEquals", not(arnLike)],
  ["ArnNotLike", not(arnLike)],
  ["Null", { ...bool, variables: false, asksPresence: true }],
]);

/** How the values of a multivalued key count (IAM UG/reference_policies_multi-value-conditions). */
export type Quantifier = "one" | "ForAllValues" | "ForAnyValue";

export interface OperatorName {
  readonly operator: Operator;
  readonly quantifier: Quantifier;
  readonly ifExists: boolean;
}

/** Reads `[ForAllValues:|ForAnyValue:]Operator[IfExists]`; undefined when there is no such operator. */
export function parseOperatorName(name: string): OperatorName | undefined {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name);
  const found = OPERATORS.get(parts?.[2] ?? "");
  if (parts === null || found === undefined) return undefined;
  const ifExists = parts[3] !== undefined;
  if (ifExists && found.asksPresence) return undefined;
  const quantifier = parts[1] === "ForAllValues" || parts[1] === "ForAnyValue" ? parts[1] : "one";
  return { operator: found, quantifier, ifExists };
}
