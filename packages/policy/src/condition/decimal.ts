/** JavaScript compares numbers with bigints exactly, so integers of any length keep their value. */
export type Decimal = number | bigint;

const SHORT_INTEGER = /^\d{1,15}$/;
const DECIMAL = /^[+-]?\d{1,64}(?:\.\d{1,64})?(?:[eE][+-]?\d{1,3})?$/;
const LONG_INTEGER = /^[+-]?\d{16,64}$/;

/** An integer or a decimal number, and nothing after it: `10abc` is none. */
export function parseDecimal(text: string): Decimal | undefined {
  if (SHORT_INTEGER.test(text)) return Number(text);
  if (!DECIMAL.test(text)) return undefined;
  return LONG_INTEGER.test(text)
    ? BigInt(text.startsWith("+") ? text.slice(1) : text)
    : Number(text);
}
