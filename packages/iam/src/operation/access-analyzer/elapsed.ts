/** Whether something happened so short a time ago. Undefined: it has not happened. */
export const isWithin = (at: string | undefined, now: Date, milliseconds: number): boolean =>
  at !== undefined && now.getTime() - Date.parse(at) < milliseconds;
