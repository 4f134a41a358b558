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
