export type { CompiledPolicy } from "./compile.ts";
export type { Decision, PolicyType, StatementReference } from "./decision.ts";
export type { Issue } from "./issue.ts";
export type { ApplicablePolicies, AuthorizationRequest, ContextValue, Principal, RequestContext } from "./request.ts";
