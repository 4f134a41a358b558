import { BlockList, isIP } from "node:net";
import { list, own, type Request } from "./request.ts";
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
  const actual = own(context.values, key);
  const missing = actual === undefined || actual.length === 0;
  if (operator === "Null" && wanted.length > 0)
    return wanted.some((w) => w.toLowerCase() === `${missing}`);
  const negated = operator.includes("Not");
  if (operator !== "Null" && missing && (actual !== "" || set !== undefined)) {
    return ifExists !== undefined || set === "ForAllValues" || (set === undefined && negated);
  }
  const results = list(actual).map((a) =>
    OPERATORS[operator.replace("Not", "")]?.(a, wanted, context),
  );
  // What can't be decided never allows and always denies.
  if (wanted.length === 0 || results.includes(undefined)) return effect === "Deny";
  const held = results.map((result) => result !== negated);
  return set === "ForAnyValue" || (set === undefined && effect === "Deny")
    ? held.some(Boolean)
    : held.every(Boolean);
}

/**
 * Whether any wanted value matches; undefined when the actual one is not of the operator's type.
 */
type Operator = (
  actual: string,
  wanted: readonly string[],
  context: Context,
) => boolean | undefined;

const text =
  (fold: (text: string) => string): Operator =>
  (actual, wanted, { values, variables }) =>
    wanted.some(
      (w) => fold(textOf(tokenise(w, variables ? values : undefined, 0))) === fold(actual),
    );

const like: Operator = (actual, wanted, { values, variables }) =>
  wanted.some((w) => {
    const tokens = tokenise(w, variables ? values : undefined, 0);
    return tokens !== undefined && matches(tokens, actual, 0);
  });

/** A pattern without six parts does not say what it means. */
const arnLike: Operator = (actual, wanted, { values, variables }) => {
  if (actual.split(":").length < 6) return false;
  const patterns = wanted
    .map((w) => tokenise(w, variables ? values : undefined, 5))
    .filter((p) => p !== undefined);
  const [arns, others] = [true, false].map((is) =>
    patterns.filter((p) => (p.filter(isSeparator).length === 5) === is),
  );
  return arns?.some((p) => matches(p, actual, 5)) || (others?.length ? undefined : false);
};

const typed =
  <T>(read: (text: string) => T | undefined, same: (actual: T, wanted: T) => boolean): Operator =>
  (actual, wanted) => {
    const value = read(actual);
    return value === undefined ? undefined : wanted.some((w) => same(value, read(w)!));
  };

type Amount = number | bigint;
const readAmount = (text: string) =>
  /^\d+$/.test(text) ? BigInt(text) : /^[-+]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
const number = (same: (actual: Amount, wanted: Amount) => boolean) => typed(readAmount, same);

const readDate = (text: string) => {
  if (/^-?\d{1,13}$/.test(text) && text.length !== 4) return Number(text) * 1000;
  const day = new Date(text.slice(0, 10));
  if (!/^\d{4}(-|$)/.test(text) || Number.isNaN(day.getTime())) return undefined;
  if (!day.toISOString().startsWith(text.slice(0, 10)) || Number.isNaN(Date.parse(text)))
    return undefined;
  return Date.parse(text);
};
const date = (same: (actual: number, wanted: number) => boolean) => typed(readDate, same);

const OPERATORS: { readonly [name: string]: Operator } = {
  StringEquals: text((t) => t),
  StringEqualsIgnoreCase: text((t) => t.toLowerCase()),
  StringLike: like,
  ArnEquals: arnLike,
  ArnLike: arnLike,
  NumericEquals: number((a, w) => a <= w && a >= w),
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
    (b) =>
      /^([\w+/]{4})*([\w+/]{2}==|[\w+/]{3}=)?$/.test(b)
        ? Buffer.from(b, "base64").toString("hex")
        : undefined,
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

/**
 * A pattern's tokens; variables become literal characters. Undefined when one has neither value nor
 * default.
 */
export function tokenise(
  pattern: string,
  values: Context["values"] | undefined,
  separators: number,
) {
  const tokens: Token[] = [];
  for (const piece of values === undefined ? [pattern] : pattern.split(/(\$\{[^}]*\})/)) {
    const inside = values && /^\$\{([^}]*)\}$/.exec(piece)?.[1];
    if (inside === undefined) tokens.push(...tokensOf(piece));
    else {
      const [, name = inside, fallback] = /^([^,]*),\s*'(.*)'\s*$/.exec(inside) ?? [];
      const actual = own(values ?? {}, name.trim());
      const given = typeof actual === "object" && actual.length === 0 ? undefined : actual;
      const value = ["*", "?", "$"].includes(inside) ? [inside] : list(given ?? fallback);
      if (value.length !== 1) return undefined;
      tokens.push(
        ...value
          .join("")
          .split("")
          .map((is) => ({ is })),
      );
    }
  }
  let left = separators;
  return tokens.map((token) => (isColon(token) && left-- > 0 ? { is: SEPARATOR } : token));
}

const isColon = (token: Token) => typeof token === "object" && token.is === ":";
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
