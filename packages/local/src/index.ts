export { LocalError } from "./engine/index.ts";
export { type LocalInstallation, startLocal } from "./installation.ts";
export { type LocalSettings, readSettings } from "./settings.ts";
