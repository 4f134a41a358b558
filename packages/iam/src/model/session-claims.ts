import type { ContextValue } from "@portcullis/policy";
import type { Tag } from "../record/tag.ts";

/** The content of a session token: everything that was decided when the session was created. */
export interface SessionClaims {
  readonly kind: "AssumedRole" | "SessionToken" | "FederatedUser" | "SignIn" | "AssumedRoot";
  readonly account: string;
  readonly accessKeyId: string;
  readonly secret: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly mfaAt?: number;
  /**
   * Unique id of the user or role that the session depends on, or the account id for a root user. A
   * user or role that is created again has another id.
   */
  readonly ownerId: string;
  /** Role sessions: `RoleSessionName`; federated users: `Name`. */
  readonly name?: string;
  /** Session policies, inline and by ARN. Both are absent if none was passed. */
  readonly policies?: readonly string[];
  readonly policyArns?: readonly string[];
  readonly tags?: readonly Tag[];
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  readonly federatedProvider?: string;
  /** Condition keys that the session keeps from its creation, such as `<provider>:sub`. */
  readonly contextKeys?: readonly (readonly [key: string, value: ContextValue])[];
  readonly passwordChangeOnly?: boolean;
}

/** The record that a session depends on. The session ends when that record is deleted. */
export type SessionOwner =
  | { readonly kind: "root" }
  | { readonly kind: "role" | "user" | "key"; readonly name: string };
