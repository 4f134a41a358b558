/** The lines of a text field, without empty ones. */
export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Why thumbprints can't be taken; undefined when they can. */
export const thumbprintProblem = (lines: readonly string[]): string | undefined =>
  lines.every((line) => /^[0-9a-f]{40}$/i.test(line))
    ? undefined
    : "A thumbprint has 40 hexadecimal digits.";
