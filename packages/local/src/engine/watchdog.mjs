// Runs the engine, with the guard in front of it, as long as the process that started this one
// lives: it ends the engine when its own standard input closes, which the operating system does
// even after `kill -9`. Plain JavaScript, so that it starts fast. Prints the engine's pid and the
// guard's port.
// node watchdog.mjs <guard's host> <engine's host> <engine's port> <program> <argument>...
import { spawn } from "node:child_process";
import { startGuard } from "./guard.mjs";

// A longer wait would not save more: the engine writes as soon as it acknowledges.
const STOP_MILLISECONDS = 3_000;

// The engine's file holds password hashes: only its owner may read it, whatever the directory
// allows.
process.umask(0o077);
const [guardHost, engineHost, enginePort, program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"], windowsHide: true });
process.stdout.on("error", () => {});

let ending = false;
function end() {
  if (ending) return;
  ending = true;
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), STOP_MILLISECONDS).unref();
}

process.stdin.on("close", end).on("error", end).resume();
// Ctrl-C reaches every process of a terminal: only the one that started this one decides.
for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => {});
process.on("SIGTERM", end);

child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code) => process.exit(ending ? 0 : (code ?? 1)));

const port = await startGuard(guardHost, { host: engineHost, port: Number(enginePort) });
// The reader kills the engine by its pid if this process is killed itself.
if (child.pid !== undefined) process.stdout.write(`${child.pid} ${port}\n`);
