export type { LocalOptions } from "./control-plane.ts";
export { LocalError } from "./engine/index.ts";
export {
  type LocalControl,
  type LocalInstallation,
  startControl,
  startLocal,
} from "./installation.ts";
export type { ProtectedApi } from "./protected-api.ts";
export { type LocalSettings, readSettings } from "./settings.ts";
