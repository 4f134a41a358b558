import { BlockList, isIP } from "node:net";
import { list, type Request } from "./request.ts";
import { matchesTokens, SEPARATOR, type Token, tokensOf } from "./wildcard.ts";

interface Context {
  readonly values: Request["context"];
  readonly variables: boolean;
}

export function holds(
  effect: string,
  name: string,
  key: string,
  wanted: readonly string[],
  context: Context,
): boolean {
  const [, set, operator = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const actual = context.values[key.toLowerCase()];
  const missing = actual === undefined || actual.length === 0;
  if (operator === "Null" && wanted.length > 0) return wanted.some((w) => w.toLowerCase() === `${missing}`);
  const negated = operator.includes("Not");
  if (operator !== "Null" && missing && (actual !== "" || set !== undefined)) {
    return ifExists !== undefined || set === "ForAllValues" || (set === undefined && negated);
  }
  const results = list(actual).map((a) => OPERATORS[operator.replace("Not", "")]?.(a, wanted, context));
  // What can't be decided never allows and always denies.
  if (wanted.length === 0 || results.includes(undefined)) return effect === "Deny";
  const held = results.map((result) => result !== negated);
  return set === "ForAnyValue" || (set === undefined && effect === "Deny")
    ? held.some(Boolean)
    : held.every(Boolean);
}

/** Whether any wanted value matches; undefined when the actual one is not of the operator's type. */
type Operator = (actual: string, wanted: readonly string[], context: Context) => boolean | undefined;

const text =
  (fold: (text: string) => string): Operator =>
  (actual, wanted, { values, variables }) =>
    wanted.some((w) => fold(textOf(tokenise(w, variables ? values : undefined, 0))) === fold(actual));

const pattern =
  (separators: 0 | 5): Operator =>
  (actual, wanted, { values, variables }) =>
    wanted.some((w) => {
      const tokens = tokenise(w, variables ? values : undefined, separators);
      const parts =
        separators === 0 || (actual.split(":").length > 5 && tokens?.filter(isSeparator).length === 5);
      return tokens !== undefined && parts && matches(tokens, actual, separators);
    });

const typed =
  <T>(read: (text: string) => T | undefined, same: (actual: T, wanted: T) => boolean): Operator =>
  (actual, wanted) => {
    const value = read(actual);
    return value === undefined ? undefined : wanted.some((w) => same(value, read(w)!));
  };

const number = (same: (actual: number, wanted: number) => boolean) =>
  typed((n) => (/^[-+]?\d+(\.\d+)?$/.test(n) ? Number(n) : undefined), same);
const date = (same: (actual: number, wanted: number) => boolean) =>
  typed(
    (d) => (/^\d{5,}$/.test(d) ? Number(d) * 1000 : Number.isNaN(Date.parse(d)) ? undefined : Date.parse(d)),
    same,
  );

const OPERATORS: { readonly [name: string]: Operator } = {
  StringEquals: text((t) => t),
  StringEqualsIgnoreCase: text((t) => t.toLowerCase()),
  StringLike: pattern(0),
  ArnEquals: pattern(5),
  ArnLike: pattern(5),
  NumericEquals: number((a, w) => a === w),
  NumericLessThan: number((a, w) => a < w),
  NumericLessThanEquals: number((a, w) => a <= w),
  NumericGreaterThan: number((a, w) => a > w),
  NumericGreaterThanEquals: number((a, w) => a >= w),
  DateEquals: date((a, w) => a === w),
  DateLessThan: date((a, w) => a < w),
  DateLessThanEquals: date((a, w) => a <= w),
  DateGreaterThan: date((a, w) => a > w),
  DateGreaterThanEquals: date((a, w) => a >= w),
  Bool: (a, wanted, c) =>
    /^(true|false)$/i.test(a) ? text((t) => t.toLowerCase())(a, wanted, c) : undefined,
  BinaryEquals: typed(
    (b) => Buffer.from(b, "base64").toString("hex"),
    (a, w) => a === w,
  ),
  IpAddress: (actual, wanted) => {
    if (isIP(actual) === 0) return undefined;
    const ranges = new BlockList();
    for (const [address = "", bits] of wanted.map((w) => w.split("/"))) {
      ranges.addSubnet(
        address,
        Number(bits ?? (isIP(address) === 4 ? 32 : 128)),
        isIP(address) === 4 ? "ipv4" : "ipv6",
      );
    }
    return ranges.check(actual, isIP(actual) === 4 ? "ipv4" : "ipv6");
  },
};

/** A pattern's tokens; variables become literal characters. Undefined when one has neither value nor default. */
export function tokenise(pattern: string, values: Context["values"] | undefined, separators: number) {
  const tokens: Token[] = [];
  for (const piece of values === undefined ? [pattern] : pattern.split(/(\$\{[^}]*\})/)) {
    const inside = values && /^\$\{([^}]*)\}$/.exec(piece)?.[1];
    if (inside === undefined) {
      for (const token of tokensOf(piece)) {
        const separates =
          typeof token === "object" && token.is === ":" && tokens.filter(isSeparator).length < separators;
        tokens.push(separates ? { is: SEPARATOR } : token);
      }
    } else {
      const [, name = inside, fallback] = /^([^,]*),\s*'(.*)'\s*$/.exec(inside) ?? [];
      const value = ["*", "?", "$"].includes(inside)
        ? [inside]
        : list(values?.[name.trim().toLowerCase()] ?? fallback);
      if (value.length !== 1) return undefined;
      tokens.push(
        ...value
          .join("")
          .split("")
          .map((is) => ({ is })),
      );
    }
  }
  return tokens;
}

const isSeparator = (token: Token) => typeof token === "object" && token.is === SEPARATOR;

/** The first `separators` colons of the text separate. */
export function matches(tokens: readonly Token[], text: string, separators: number): boolean {
  let left = text.split(":").length > separators ? separators : 0;
  return matchesTokens(
    tokens,
    text.split("").map((c) => (c === ":" && left-- > 0 ? SEPARATOR : c)),
  );
}

function textOf(tokens: readonly Token[] | undefined): string {
  const written = { "any text": "*", "any character": "?" };
  return (
    tokens?.map((token) => (typeof token === "object" ? token.is : written[token])).join("") ??
    "\uffff no value"
  );
}
