/**
 * Why a name of a group, role or policy can't be taken; undefined when it can. IAM allows these
 * characters, and up to 64 or 128 of them.
 */
export function entityNameProblem(name: string, most: number): string | undefined {
  if (name === "") return "Enter a name.";
  if (name.length > most) return `A name has ${most} characters at most.`;
  return /^[\w+=,.@-]+$/.test(name)
    ? undefined
    : "A name has letters of the English alphabet, digits, and + = , . @ _ -";
}

/** As {@link entityNameProblem}, of a path. */
export function pathProblem(path: string): string | undefined {
  if (path.length > 512) return "A path has 512 characters at most.";
  return path === "/" || /^\/[\u0021-\u007e]+\/$/.test(path)
    ? undefined
    : "A path begins and ends with a slash and has no spaces: /division/team/";
}
