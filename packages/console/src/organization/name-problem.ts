/** Why a unit or a service control policy can't have this name; undefined when it can. */
export const nameProblem = (name: string): string | undefined =>
  name.trim() === "" || name.length > 128 ? "A name has 1 to 128 characters." : undefined;
