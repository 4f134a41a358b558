/** The components that an SST app of one's own imports. */
export { type AuthorizerArgs, authorizer, type Gateway } from "./authorizer.ts";
export { type Console, type ConsoleArgs, console } from "./console.ts";
export { type ControlApi, type ControlApiArgs, controlApi } from "./control-api.ts";
export { type IdentityStore, type IdentityStoreArgs, identityStore } from "./identity-store.ts";
export type { FunctionSettings } from "./least-privilege-function.ts";
export { type Monitoring, type MonitoringArgs, monitoring } from "./monitoring.ts";
export { observeSetting } from "./observed-stage.ts";
export { type ProtectArgs, type Protection, protect } from "./protect.ts";
export { type ProtectRestArgs, protectRest, type RestProtection } from "./protect-rest.ts";
export type { ApiDeclaration } from "./protected-apis.ts";
export { restrictRoleTrust } from "./role-trust.ts";
export { type RootKey, rootKey } from "./root-key.ts";
export { type RootPassword, rootPassword } from "./root-password.ts";
export { type SetUpArgs, setUp } from "./setup.ts";
export { keepsData } from "./stage.ts";
export { type UsageArgs, usage } from "./usage.ts";
