/**
 * The folder of Portcullis' code, relative to the root of the SST app: "." in Portcullis' own app,
 * the checkout's folder in another.
 */
export type Code = string;

/** The handler of an entry point in `packages/functions`, as SST names handlers. */
export function handler(code: Code, file: string): string {
  const folder = code === "." ? "" : `${code.replace(/\/+$/, "")}/`;
  return `${folder}packages/functions/src/${file}.handler`;
}
