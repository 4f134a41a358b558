export { findBinary, type Host } from "./binary.ts";
export { type Engine, type EngineOptions, startEngine } from "./engine.ts";
export { LocalError } from "./local-error.ts";
export { lockDataDirectory } from "./lock.ts";
