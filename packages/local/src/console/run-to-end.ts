import { type SpawnOptions, spawn } from "node:child_process";

/**
 * Runs a program without input, and discards its output.
 * @throws {Error} with the end of its standard error if it does not end with code 0
 */
export function runToEnd(
  what: string,
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr?.setEncoding("utf8").on("data", (part: string) => {
      complaint = (complaint + part).slice(-4_000);
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`${what} ended with code ${code}: ${complaint.trim()}`)),
    );
  });
}
