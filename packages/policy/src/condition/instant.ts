const ISO =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const EPOCH_SECONDS = /^-?\d{1,13}$/;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMilliseconds = number;

/**
 * Parses a date: W3C's profile of ISO 8601, from the year alone to fractions of a second (UTC if it
 * has no zone), or epoch seconds (IAM UG/reference_policies_elements_condition_operators). Four
 * digits are a year. Undefined for anything else, and for dates that do not exist.
 */
export function parseInstant(text: string): EpochMilliseconds | undefined {
  const iso = ISO.exec(text);
  if (iso === null) return EPOCH_SECONDS.test(text) ? Number(text) * 1000 : undefined;
  const [
    ,
    year,
    month = "01",
    day = "01",
    hour = "00",
    minute = "00",
    second = "00",
    fraction = "0",
    zone = "Z",
  ] = iso;
  const days = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const calendar = new Date(days);
  // Date.UTC reads years 0 to 99 as 1900 to 1999, and a day past the month's end as the next
  // month's.
  if (Number(year) < 100 || calendar.getUTCMonth() + 1 !== Number(month)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes(zone);
  return days + minutes * 60_000 + Number(second) * 1000 + Number(`0.${fraction}`) * 1000;
}

function offsetMinutes(zone: string): number {
  if (zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith("-") ? -minutes : minutes;
}
