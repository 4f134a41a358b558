/** Something that whoever started Portcullis can mend: its message is one sentence for people, and all they are shown. */
export class LocalError extends Error {
  override readonly name = "LocalError";
}
