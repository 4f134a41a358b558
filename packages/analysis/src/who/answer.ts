import type { ContextValue } from "@portcullis/policy";
import type { Services } from "../services/services.ts";

/**
 * `allowed`: whatever else the request's context holds. `conditional`: for some contexts. `denied`:
 * for none.
 */
export type Access = "allowed" | "conditional" | "denied";

export interface WhoCanQuestion {
  readonly action: string;
  readonly resource: string;
  /** What is known of the request; keys in any case. Keys that are not here count as unknown. */
  readonly context?: { readonly [key: string]: ContextValue } | undefined;
}

/** One policy statement on the way to an access. */
export interface Grant {
  /** The policy's ARN, or the inline policy's name. */
  readonly policy: string;
  /** Through which group, if any. */
  readonly group?: string;
  readonly statementIndex: number;
  readonly statementId?: string;
}

export interface PrincipalAccess {
  readonly principal: string;
  readonly principalType: "User" | "Role";
  readonly access: "allowed" | "conditional";
  /** Empty: the principal itself. Else the roles that it assumes one after the other. */
  readonly roles: readonly string[];
  /** The allow of the last principal of the chain. */
  readonly grants: readonly Grant[];
  /** Context keys that conditions ask for and that are not known. */
  readonly conditionKeys: readonly string[];
}

export interface WhoCanAnswer {
  readonly principals: readonly PrincipalAccess[];
  /** The account's root user may do it (it needs no policy, and service control policies allow). */
  readonly root: boolean;
}

export interface WhoCanOptions {
  /**
   * How many roles a principal may assume one after the other; 3 by default, 0 for direct access.
   */
  readonly maxRoles?: number | undefined;
}

export interface WhatCanOptions {
  readonly services: Services;
  readonly context?: { readonly [key: string]: ContextValue } | undefined;
}

export interface ActionAccess {
  readonly action: string;
  readonly accessLevel: AccessLevel;
  readonly access: Access;
  /** Patterns of the resources on which it is allowed, as the policies spell them. */
  readonly resources: readonly string[];
  readonly grants: readonly Grant[];
  readonly conditionKeys: readonly string[];
}

/** AWS's access levels. */
export type AccessLevel = "List" | "Read" | "Write" | "Permissions management" | "Tagging";

export interface WhatCanAnswer {
  readonly principal: string;
  readonly actions: readonly ActionAccess[];
  /** Roles that it can assume. */
  readonly roles: readonly { readonly role: string; readonly access: "allowed" | "conditional" }[];
}
