import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { describe } from "vitest";
import { installedChrome, isPackaged, unpackedDirectory } from "./chromium-files.ts";

/** Skipped, by its name, on a machine without a browser. */
export const describeInBrowser: typeof describe.skip =
  isPackaged || installedChrome !== undefined ? describe : describe.skip;

/**
 * The package's own `args` hold `--disable-web-security`, which makes every cross-origin check
 * pass; so they are not used.
 */
const ARGS = ["--no-sandbox", "--font-render-hinting=none"];

/** With the package's browser and fonts, so that pictures are the same everywhere. */
export function launchBrowser(): Promise<Browser> {
  if (!isPackaged) return chromium.launch({ executablePath: installedChrome ?? "", args: ARGS });
  const { LD_LIBRARY_PATH: libraries } = process.env;
  const own = join(unpackedDirectory, "al2023/lib");
  return chromium.launch({
    executablePath: join(unpackedDirectory, "chromium"),
    args: ARGS,
    env: {
      ...(process.env as Record<string, string>),
      FONTCONFIG_PATH: join(unpackedDirectory, "fonts"),
      LD_LIBRARY_PATH: libraries === undefined ? own : `${own}:${libraries}`,
    },
  });
}

let shared: Promise<Browser> | undefined;

/** The browser of all files of a worker, or a new one if that has crashed. It ends with the worker. */
export async function sharedBrowser(): Promise<Browser> {
  const known = await shared;
  if (known?.isConnected() !== true) shared = launchBrowser();
  return shared as Promise<Browser>;
}
