export { buildConsole } from "./build.ts";
export { type ConsoleFiles, readConsoleFiles } from "./files.ts";
export { type ConsoleSite, consoleSite } from "./site.ts";
