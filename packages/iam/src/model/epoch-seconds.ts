/** A time in whole seconds since 1970-01-01T00:00:00Z. Plain numbers are assignable to it. */
export type EpochSeconds = number & { readonly unit?: "seconds" };

/** Returns a time as epoch seconds, rounded down. */
export const epochSeconds = (time: Date): EpochSeconds => Math.floor(time.getTime() / 1000);
