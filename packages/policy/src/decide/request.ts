import type { AccountId, Arn } from "../model/arn.ts";
import type { Principal, RequestContext } from "../model/request-context.ts";
import type { CompiledPolicy } from "./compile.ts";

/**
 * The policies that apply to a request. An absent kind takes no part. An empty list of a kind that
 * restricts allows nothing.
 */
export interface ApplicablePolicies {
  readonly identity: readonly CompiledPolicy[];
  /** The permissions boundary of the user or role. */
  readonly boundary?: readonly CompiledPolicy[];
  /** Passed when the session was created. */
  readonly session?: readonly CompiledPolicy[];
  /**
   * Service control policies: one list for each level, from the organization's root down to the
   * account. Each level must allow.
   */
  readonly serviceControl?: readonly (readonly CompiledPolicy[])[];
  /** The resource-based policy; for `sts:AssumeRole*`, the role's trust policy. */
  readonly resource?: readonly CompiledPolicy[];
}

/** A request to decide. */
export interface AuthorizationRequest {
  readonly principal: Principal;
  /** `service:Action` */
  readonly action: string;
  readonly resource: Arn | "*";
  /**
   * The account that owns the resource, by default the principal's. Across accounts both sides must
   * allow.
   */
  readonly resourceAccount?: AccountId;
  readonly context: RequestContext;
  readonly policies: ApplicablePolicies;
}
