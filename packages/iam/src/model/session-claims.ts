import type { ContextValue } from "@portcullis/policy";
import type { Tag } from "../record/tag.ts";

/** All that a session token says: what was decided when the session was made. */
export interface SessionClaims {
  readonly kind: "AssumedRole" | "SessionToken" | "FederatedUser" | "SignIn" | "AssumedRoot";
  readonly account: string;
  readonly accessKeyId: string;
  readonly secret: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly mfaAt?: number;
  /** Unique id of the user or role that the session lives by, or the account id for a root user: a re-created name is another. */
  readonly ownerId: string;
  /** Role sessions: `RoleSessionName`; federated users: `Name`. */
  readonly name?: string;
  /** Session policies, inline and by ARN. Absent both: none was passed. */
  readonly policies?: readonly string[];
  readonly policyArns?: readonly string[];
  readonly tags?: readonly Tag[];
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  readonly federatedProvider?: string;
  /** Condition keys that the session keeps from its making, such as `<provider>:sub`. */
  readonly contextKeys?: readonly (readonly [key: string, value: ContextValue])[];
  readonly passwordChangeOnly?: boolean;
}

/** The record that a session lives by: it ends when that record is gone. */
export type SessionOwner =
  | { readonly kind: "root" }
  | { readonly kind: "role" | "user" | "key"; readonly name: string };
