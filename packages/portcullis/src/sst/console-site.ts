import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// The build of the `console` component: copies the package's console to the folder that is the
// argument, and names the control API in it. `sst deploy` runs it, in a process of its own.
const [out] = process.argv.slice(2);
const { PORTCULLIS_CONTROL_API_URL: controlApi = "" } = process.env;
const NAMED = '<meta name="control-api" content="" />';

if (out === undefined || !/^https?:$/.test(protocolOf(controlApi)))
  stop("it needs a folder, and PORTCULLIS_CONTROL_API_URL");
else writeSite(out, new URL(controlApi).href.replace(/\/+$/, ""));

function writeSite(folder: string, url: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(fileURLToPath(new URL("console/", import.meta.url)), folder, { recursive: true });
  const index = join(folder, "index.html");
  const html = readFileSync(index, "utf8");
  if (!html.includes(NAMED)) stop(`${index} has no place for the control API's URL`);
  // A URL's own form has no quotation marks, but `&` in its query.
  const content = url.replaceAll("&", "&amp;");
  writeFileSync(
    index,
    html.replace(NAMED, () => NAMED.replace('""', () => `"${content}"`)),
  );
}

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : "";
}

function stop(reason: string): never {
  process.stderr.write(`The console's site can't be written: ${reason}.\n`);
  process.exit(1);
}
