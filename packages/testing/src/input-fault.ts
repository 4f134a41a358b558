/** Wrong usage or input. The command prints its message as one sentence and ends with code 2. */
export class InputFault extends Error {
  override readonly name = "InputFault";
}

/** The message of whatever was thrown, on one line. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? "";
}
