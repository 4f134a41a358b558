import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const require = createRequire(import.meta.url);
const packageDirectory = dirname(dirname(require.resolve("@sparticuz/chromium")));
const { version } = JSON.parse(readFileSync(join(packageDirectory, "package.json"), "utf8"));

/** The package's compressed files. */
export const packedDirectory = join(packageDirectory, "bin");

/** Where the browser is unpacked, once for each version. */
export const unpackedDirectory = resolve(
  import.meta.dirname,
  "../../../node_modules/.cache",
  `chromium-${version}`,
);

/** The package brings a browser for Linux on x64 alone. */
export const isPackaged = process.platform === "linux" && process.arch === "x64";

/** Where Chrome is when somebody installed it. */
const INSTALLED = [
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

export const installedChrome: string | undefined = INSTALLED.find((path) => existsSync(path));
