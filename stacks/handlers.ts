/**
 * Where the functions' code is, as a folder relative to the root of the SST app: "." in Portcullis' own app, and
 * the folder that holds a checkout of Portcullis in another.
 */
export type Code = string;

/** The handler of one of `packages/functions`, as SST names handlers. */
export function handler(code: Code, file: string): string {
  const folder = code === "." ? "" : `${code.replace(/\/+$/, "")}/`;
  return `${folder}packages/functions/src/${file}.handler`;
}
