/** Why a user's name can't be taken; undefined when it can. IAM: 1 to 64 of these characters. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "Enter a name.";
  if (name.length > 64) return "A name has 64 characters at most.";
  return /^[\w+=,.@-]+$/.test(name)
    ? undefined
    : "A name has letters of the English alphabet, digits, and + = , . @ _ -";
}

/** As {@link nameProblem}, of a path. */
export function pathProblem(path: string): string | undefined {
  if (path.length > 512) return "A path has 512 characters at most.";
  return path === "/" || /^\/[\u0021-\u007e]+\/$/.test(path)
    ? undefined
    : "A path begins and ends with a slash and has no spaces: /division/team/";
}
