import { statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { InputFault } from "@portcullis/testing/input-fault";

const QUIET_MILLISECONDS = 100;

/**
 * Runs, and runs again after each change below the directories of the paths, until the process is
 * stopped. Wrong input is told and ends nothing: the next change may mend it.
 */
export async function watchAndRun(
  paths: readonly string[],
  run: () => Promise<void>,
): Promise<void> {
  let again = false;
  let running = false;
  const runOnce = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await told(run);
    } while (again);
    running = false;
  };
  let timer: NodeJS.Timeout | undefined;
  const directories = new Set(
    paths.map((path) =>
      statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path),
    ),
  );
  const watchers = [...directories].map((directory) =>
    watch(directory, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => void runOnce(), QUIET_MILLISECONDS);
    }),
  );
  // Watched before the first run, so that a change during it counts.
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  await runOnce();
  await stopped;
  clearTimeout(timer);
  for (const watcher of watchers) watcher.close();
}

async function told(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof InputFault)) throw error;
    process.stderr.write(`portcullis: ${error.message}\n`);
  }
}
