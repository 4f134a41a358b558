const ABSOLUTE = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const DAY = 86_400_000;

export type Moment = Date | string | undefined;

/** `Jan 2, 2026, 3:04 PM`, in the reader's time zone. */
export const absoluteTime = (moment: Moment): string =>
  moment === undefined ? "Never" : ABSOLUTE.format(new Date(moment));

const EXACT = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

/** `Jan 2, 2026, 3:04:05 PM`, in the reader's time zone. */
export const exactTime = (moment: Date | string): string => EXACT.format(new Date(moment));

/** Whole days since; undefined when it never happened. */
export const daysSince = (moment: Moment, now: number): number | undefined =>
  moment === undefined ? undefined : Math.floor((now - new Date(moment).getTime()) / DAY);

/** `today`, `yesterday` or `12 days ago`. */
export function relativeDays(moment: Moment, now: number): string {
  const days = daysSince(moment, now);
  if (days === undefined) return "Never";
  if (days <= 0) return "Today";
  return days === 1 ? "Yesterday" : `${days.toLocaleString("en")} days ago`;
}

/** A moment in words, with the exact time at the pointer and for screen readers. */
export function Ago({ moment }: { readonly moment: Moment }) {
  if (moment === undefined) return <>Never</>;
  const date = new Date(moment);
  return (
    <time dateTime={date.toISOString()} title={absoluteTime(date)}>
      {relativeDays(date, Date.now())}
    </time>
  );
}
