// Runs a program for as long as whoever started this process lives: it ends the program when its own standard input
// closes, which the operating system sees to even after `kill -9`. Plain JavaScript, so that it starts in a moment.
//   node watchdog.mjs <program> <argument>...
import { spawn } from "node:child_process";

// What is unsaved after this long would stay unsaved.
const PATIENCE_MILLISECONDS = 3_000;

// What the engine writes is its owner's alone, whoever may look into the folder: it holds the hashes of passwords.
process.umask(0o077);
const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"], windowsHide: true });
// Whoever reads standard output learns whom to end, should this process be killed itself.
process.stdout.on("error", () => {});
if (child.pid !== undefined) process.stdout.write(`${child.pid}\n`);

let ending = false;
function end() {
  if (ending) return;
  ending = true;
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), PATIENCE_MILLISECONDS).unref();
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
