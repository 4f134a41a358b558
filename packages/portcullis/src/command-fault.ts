/** What a command could not do, as one sentence. The command prints it and ends with code 1. */
export class CommandFault extends Error {
  override readonly name = "CommandFault";
}
