import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { usePrebuiltConsole } from "../../../../stacks/console-source.ts";
import { usePrebuiltHandlers } from "../../../../stacks/handlers.ts";

export { type AuthorizerArgs, authorizer, type Gateway } from "../../../../stacks/authorizer.ts";
export { type Console, type ConsoleArgs, console } from "../../../../stacks/console.ts";
export {
  type ControlApi,
  type ControlApiArgs,
  controlApi,
} from "../../../../stacks/control-api.ts";
export {
  type IdentityStore,
  type IdentityStoreArgs,
  identityStore,
} from "../../../../stacks/identity-store.ts";
export type { FunctionSettings } from "../../../../stacks/least-privilege-function.ts";
export { type Monitoring, type MonitoringArgs, monitoring } from "../../../../stacks/monitoring.ts";
export { type ProtectArgs, type Protection, protect } from "../../../../stacks/protect.ts";
export {
  type ProtectRestArgs,
  protectRest,
  type RestProtection,
} from "../../../../stacks/protect-rest.ts";
export type { ApiDeclaration } from "../../../../stacks/protected-apis.ts";
export { restrictRoleTrust } from "../../../../stacks/role-trust.ts";
export { type RootKey, rootKey } from "../../../../stacks/root-key.ts";
export { type RootPassword, rootPassword } from "../../../../stacks/root-password.ts";
export { type SetUpArgs, setUp } from "../../../../stacks/setup.ts";
export { keepsData } from "../../../../stacks/stage.ts";
export { type UsageArgs, usage } from "../../../../stacks/usage.ts";

export { type SstGlobals, useSst } from "../sst/globals.ts";

usePrebuiltHandlers(() => fromTo(".", "dist/handlers"));
usePrebuiltConsole((folder) => `node "${fromTo(folder, "dist/console-site.js")}" site`);

/**
 * The path from a folder of the app to one of the package's. SST bundles `sst.config.ts` with this
 * code into a folder of its own, so the package is looked up from the app. In a monorepo it may be
 * installed above the app.
 */
function fromTo(folder: string, path: string): string {
  const { root } = $cli.paths;
  const manifest = createRequire(join(root, "sst.config.ts")).resolve("portcullis/package.json");
  return relative(join(root, folder), join(dirname(manifest), path))
    .split(sep)
    .join("/");
}
