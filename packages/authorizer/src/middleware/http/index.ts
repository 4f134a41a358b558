export type { AuthorizedHttpRequest, RequestCaller } from "./caller.ts";
export type { ProtectionChoices, ProtectionOptions } from "./protector.ts";
