import { randomUUID } from "node:crypto";

/**
 * A UUID of version 7 (RFC 9562): it begins with its time in milliseconds, so that the id alone
 * tells in which partition a record is, and ids in order are in the order of time.
 */
export function timeOrderedId(now: Date): string {
  const milliseconds = now.getTime();
  if (milliseconds !== latest.milliseconds)
    latest = { milliseconds, prefix: firstIdOf(milliseconds).slice(0, 15) };
  // Versions 4 and 7 share the rest, variant included.
  return latest.prefix + randomUUID().slice(15);
}

/** Every decision makes an id, and those of one millisecond begin alike. */
let latest = { milliseconds: -1, prefix: "" };

/** The time of an id in milliseconds. Undefined: it is no UUID of version 7. */
export function timeOfId(id: string): number | undefined {
  if (!TIME_ORDERED.test(id)) return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The smallest id of a time, for ranges. */
export const firstIdOf = (milliseconds: number): string => {
  const time = Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
};

const TIME_ORDERED = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
