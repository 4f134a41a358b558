export type { AuthorizedHttpRequest, RequestCaller } from "./caller.ts";
export { createHeaderProtector, type HeaderAdmission } from "./header-protector.ts";
export { requestOfNode, sendRefusal } from "./node-request.ts";
export type { ProtectionChoices, ProtectionOptions } from "./protector.ts";
