/** A period as an address has it: one that ends now, or two times. */
export interface Period {
  /** Such as `hour`; `between` has `from` and `to`; empty: all. */
  readonly time: string;
  readonly from: string;
  readonly to: string;
}

const MINUTE = 60_000;

/** Milliseconds of each period that ends now. */
const PERIODS: Readonly<Record<string, number>> = {
  quarter: 15 * MINUTE,
  hour: 60 * MINUTE,
  day: 1440 * MINUTE,
  week: 10_080 * MINUTE,
};

export const TIME_OPTIONS = [
  { value: "", label: "As long as kept" },
  { value: "quarter", label: "Last 15 minutes" },
  { value: "hour", label: "Last hour" },
  { value: "day", label: "Last 24 hours" },
  { value: "week", label: "Last 7 days" },
  { value: "between", label: "Between" },
] as const;

/** `2026-11-29 14:00` in the reader's time zone, or ISO 8601; undefined: it is no time. */
function typedTime(text: string): Date | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** Why a time is not understood; undefined when it is, or is not given. */
export const timeProblem = (text: string): string | undefined =>
  text === "" || typedTime(text) !== undefined ? undefined : "Type it like 2026-11-29 14:00.";

export interface PeriodInput {
  readonly StartTime?: Date;
  readonly EndTime?: Date;
}

export function periodInput({ time, from, to }: Period, now: Date): PeriodInput {
  const milliseconds = Object.hasOwn(PERIODS, time) ? PERIODS[time] : undefined;
  if (milliseconds !== undefined) return { StartTime: new Date(now.getTime() - milliseconds) };
  if (time !== "between") return {};
  const [StartTime, EndTime] = [typedTime(from), typedTime(to)];
  return { ...(StartTime && { StartTime }), ...(EndTime && { EndTime }) };
}
