/**
 * The folder of Portcullis' code, relative to the root of the SST app: the checkout's folder.
 * @default ".", or with the npm package where it is installed
 */
export type Code = string;

let prebuiltFolder: (() => string) | undefined;

/**
 * Makes the components deploy handlers that were built beforehand, unless they are given a folder
 * of code.
 * @param folder of the handlers, relative to the root of the SST app
 */
export function usePrebuiltHandlers(folder: () => string): void {
  prebuiltFolder = folder;
}

/** The handler of an entry point in `packages/functions`, as SST names handlers. */
export function handler(code: Code | undefined, file: string): string {
  if (code === undefined && prebuiltFolder !== undefined)
    return `${prebuiltFolder()}/${file}.handler`;
  const folder = code === undefined || code === "." ? "" : `${code.replace(/\/+$/, "")}/`;
  return `${folder}packages/functions/src/${file}.handler`;
}
