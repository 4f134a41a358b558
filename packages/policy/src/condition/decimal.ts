/** A number. Long integers are bigints, which JavaScript compares with numbers exactly. */
export type Decimal = number | bigint;

const SHORT_INTEGER = /^\d{1,15}$/;
const DECIMAL = /^[+-]?\d{1,64}(?:\.\d{1,64})?(?:[eE][+-]?\d{1,3})?$/;
const LONG_INTEGER = /^[+-]?\d{16,64}$/;

/** Parses an integer or a decimal number. Undefined for anything else, such as `10abc`. */
export function parseDecimal(text: string): Decimal | undefined {
  if (SHORT_INTEGER.test(text)) return Number(text);
  if (!DECIMAL.test(text)) return undefined;
  return LONG_INTEGER.test(text)
    ? BigInt(text.startsWith("+") ? text.slice(1) : text)
    : Number(text);
}
