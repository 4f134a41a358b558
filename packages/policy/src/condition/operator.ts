import { SEPARATOR } from "../match/code.ts";
import {
  constantGlob,
  constantText,
  parseTemplate,
  resolveGlob,
  resolveText,
  type Template,
  type VariableSource,
} from "../match/template.ts";
import { matchesGlob } from "../match/wildcard.ts";
import { resourceStart } from "../model/arn.ts";
import { decodeBase64 } from "./base64.ts";
import { type Decimal, parseDecimal } from "./decimal.ts";
import { parseInstant } from "./instant.ts";
import { isInRange, parseIpAddress, parseIpRange } from "./ip-address.ts";

/**
 * Compares one value of the request with all values of the policy. Undefined: undecidable, because
 * the request's value is not of the operator's type.
 */
export type Comparison = (actual: string, request: VariableSource) => boolean | undefined;

/** A condition operator (IAM UG/reference_policies_elements_condition_operators). */
export interface Operator {
  /**
   * True if any value of the policy matches. Negation applies to that result: no value may match.
   */
  readonly compare: (wanted: readonly string[], variables: boolean) => Comparison;
  readonly negated: boolean;
  /**
   * `Null` compares whether the key is missing, as "true" or "false", instead of the key's value.
   */
  readonly testsPresence: boolean;
  /** Whether its values may contain policy variables. */
  readonly variables: boolean;
  /** Whether a document may have the value. */
  readonly accepts: (wanted: string) => boolean;
}

function operator(compare: Operator["compare"], more: Partial<Operator> = {}): Operator {
  return {
    compare,
    negated: false,
    testsPresence: false,
    variables: false,
    accepts: () => true,
    ...more,
  };
}

/** An operator that parses both sides and compares the results. */
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
    const constants = new Set<string>();
    const templates: Template[] = [];
    for (const value of wanted) {
      const template = parseTemplate(value, false, variables);
      const text = constantText(template);
      if (text === undefined) templates.push(template);
      else constants.add(fold(text));
    }
    return (actual, request) => {
      const text = fold(actual);
      if (constants.has(text)) return true;
      for (const template of templates) {
        const value = resolveText(template, request);
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
  return (actual, request) => {
    for (const { template, glob = resolveGlob(template, request) } of patterns) {
      if (glob !== undefined && matchesGlob(glob, actual, 0, actual.length, 0, request))
        return true;
    }
    return false;
  };
};

/**
 * Like StringLike, but the six parts of an ARN match separately. A text without six parts matches
 * nothing.
 */
const compareArn: Operator["compare"] = (wanted, variables) => {
  const patterns = wanted.map((value) => parseTemplate(value, true, variables));
  return (actual, request) => {
    const separatorsEnd = resourceStart(actual);
    if (separatorsEnd === 0) return false;
    let decidable = true;
    for (const pattern of patterns) {
      const glob = resolveGlob(pattern, request, 5);
      if (glob === undefined) continue;
      // A pattern without six parts does not say whether it means this ARN.
      if (glob.codes.filter((code) => code === SEPARATOR).length < 5) decidable = false;
      else if (matchesGlob(glob, actual, 0, actual.length, separatorsEnd, request)) return true;
    }
    return decidable ? false : undefined;
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
// ArnEquals and ArnLike are the same.
const arnLike = operator(compareArn, { variables: true });
const ipAddress = typed(parseIpRange, parseIpAddress, isInRange);
const numericEquals = decimal((actual, wanted) => !(actual < wanted) && !(actual > wanted));
const dateEquals = instant((actual, wanted) => actual === wanted);
const bool = operator(
  (wanted, variables) => {
    const equalsAny = compareText(lower)(wanted, variables);
    return (actual, request) =>
      parseBoolean(actual) === undefined ? undefined : equalsAny(actual, request);
  },
  { variables: true, accepts: isBoolean },
);

/** The condition operators by name. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map([
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
  ["Null", { ...bool, variables: false, testsPresence: true }],
]);

/**
 * How the values of a multivalued key are combined (IAM
 * UG/reference_policies_multi-value-conditions).
 */
export type Quantifier = "one" | "ForAllValues" | "ForAnyValue";

/** The parts of an operator's name as documents spell it. */
export interface OperatorName {
  readonly operator: Operator;
  readonly quantifier: Quantifier;
  readonly ifExists: boolean;
}

/** The names of all operators, without set prefixes and `IfExists`. */
export const operatorNames = (): readonly string[] => [...OPERATORS.keys()];

/**
 * Parses `[ForAllValues:|ForAnyValue:]Operator[IfExists]`. Undefined if there is no such operator.
 */
export function parseOperatorName(name: string): OperatorName | undefined {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name);
  const found = OPERATORS.get(parts?.[2] ?? "");
  if (parts === null || found === undefined) return undefined;
  const ifExists = parts[3] !== undefined;
  if (ifExists && found.testsPresence) return undefined;
  const quantifier = parts[1] === "ForAllValues" || parts[1] === "ForAnyValue" ? parts[1] : "one";
  return { operator: found, quantifier, ifExists };
}
