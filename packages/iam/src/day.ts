/** A day, as times in milliseconds count it. */
export const DAY_MILLISECONDS = 86_400_000;

/** The day of a time in milliseconds, as partitions name it: `2026-07-01`. */
export const dayOf = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 10);

/** The days of a period in milliseconds, backwards. Those of both ends are included. */
export function daysFrom(to: number, from: number): readonly string[] {
  const days: string[] = [];
  const first = Math.floor(from / DAY_MILLISECONDS);
  for (let day = Math.floor(to / DAY_MILLISECONDS); day >= first; day--)
    days.push(dayOf(day * DAY_MILLISECONDS));
  return days;
}
