export { LocalError } from "./engine/index.ts";
export { type LocalInstallation, type LocalOptions, startLocal } from "./installation.ts";
export type { ProtectedApi } from "./protected-api.ts";
export { type LocalSettings, readSettings } from "./settings.ts";
