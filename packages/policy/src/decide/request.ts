import type { Principal, RequestContext } from "../model/request-context.ts";
import type { CompiledPolicy } from "./compile.ts";

/** The policies that apply. Absent: that kind plays no part. An empty list of a restricting kind allows nothing. */
export interface ApplicablePolicies {
  readonly identity: readonly CompiledPolicy[];
  /** Of the user or role. */
  readonly boundary?: readonly CompiledPolicy[];
  /** Passed when the session was made. */
  readonly session?: readonly CompiledPolicy[];
  /** Service control policies, one list for each level from the organization's root down to the account; each level must allow. */
  readonly serviceControl?: readonly (readonly CompiledPolicy[])[];
  /** Of the resource: a resource-based policy; for `sts:AssumeRole*`, the role's trust policy. */
  readonly resource?: readonly CompiledPolicy[];
}

export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `service:Action` */
  readonly action: string;
  /** An ARN or `*`. */
  readonly resource: string;
  /** The account that owns the resource; the principal's own when absent. Across accounts both sides must allow. */
  readonly resourceAccount?: string;
  readonly context: RequestContext;
  readonly policies: ApplicablePolicies;
}
