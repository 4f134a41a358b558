/**
 * An error that the person who started Portcullis can mend. Its message is one sentence, and all
 * that they see.
 */
export class LocalError extends Error {
  override readonly name = "LocalError";
}
