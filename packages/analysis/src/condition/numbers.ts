import { type Decimal, parseDecimal, parseInstant } from "@portcullis/policy";
import type { Candidates } from "./candidates.ts";

/** One number for each stretch between the wanted ones, and these themselves. */
export function numberCandidates(wanted: readonly string[]): Candidates {
  const points = wanted.map(parseDecimal).filter((point) => point !== undefined);
  const sorted = points.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  // The engine reads these as the infinities, which lie beyond all others.
  const values = [...wanted, "-1e999", "1e999"];
  if (sorted.length === 0) return { values: ["0", ...values], complete: true };
  const first = sorted[0]!;
  const last = sorted.at(-1)!;
  values.push(
    ...between(Number.NEGATIVE_INFINITY, first),
    ...between(last, Number.POSITIVE_INFINITY),
  );
  for (let at = 1; at < sorted.length; at++) values.push(...between(sorted[at - 1]!, sorted[at]!));
  return { values, complete: true };
}

/** Numbers strictly between two, if there are any that can be written. */
function between(low: Decimal, high: Decimal): readonly string[] {
  const texts: string[] = [];
  const l = Math.max(Number(low), -Number.MAX_VALUE);
  const h = Math.min(Number(high), Number.MAX_VALUE);
  const near = [Math.floor(l) + 1, Math.ceil(h) - 1, l / 2 + h / 2, l, h];
  for (const point of near) texts.push(String(point));
  for (const end of [l, h]) {
    if (Math.abs(end) > 1e60) continue;
    const whole = BigInt(Math.trunc(end));
    for (let step = -2n; step <= 2n; step++) texts.push(String(whole + step));
  }
  if (typeof low === "bigint") texts.push(String(low + 1n));
  if (typeof high === "bigint") texts.push(String(high - 1n));
  return texts.filter((text) => {
    const value = parseDecimal(text);
    return value !== undefined && low < value && value < high;
  });
}

/** The last second that can be written as epoch seconds. */
const LAST_SECOND = 9_999_999_999_999;

/** One instant for each stretch between the wanted ones, and these themselves. */
export function instantCandidates(wanted: readonly string[]): Candidates {
  const points = wanted.map(parseInstant).filter((point) => point !== undefined);
  const sorted = [...new Set(points)].sort((a, b) => a - b);
  const values = [...wanted, `-${LAST_SECOND}`, `${LAST_SECOND}`];
  let complete = true;
  const ends = [-LAST_SECOND * 1000, ...sorted, LAST_SECOND * 1000];
  for (let at = 1; at < ends.length; at++) {
    const low = ends[at - 1]!;
    const high = ends[at]!;
    const found = instantsBetween(low, high);
    if (
      found.length === 0 &&
      high > low &&
      low / 2 + high / 2 !== low &&
      low / 2 + high / 2 !== high
    )
      complete = false;
    values.push(...found);
  }
  return { values, complete };
}

function instantsBetween(low: number, high: number): readonly string[] {
  const middle = low / 2 + high / 2;
  const seconds = [
    Math.floor(low / 1000) + 1,
    Math.ceil(high / 1000) - 1,
    Math.floor(middle / 1000),
  ];
  const texts = [isoText(low + 1), isoText(high - 1), isoText(middle), ...seconds.map(epochText)];
  return texts.filter((text) => {
    const value = parseInstant(text);
    return value !== undefined && low < value && value < high;
  });
}

/** With nine digits of a second's fraction. */
function isoText(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  if (Math.abs(whole) > 8.64e15) return "";
  const text = new Date(whole).toISOString();
  const rest = Math.floor((milliseconds - whole) * 1e6);
  return text.replace("Z", `${String(rest).padStart(6, "0")}Z`);
}

/** Four digits alone would be a year. */
function epochText(seconds: number): string {
  return `${seconds < 0 ? "-" : ""}${String(Math.abs(seconds)).padStart(5, "0")}`;
}
