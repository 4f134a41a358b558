import type { Caller } from "@portcullis/iam/caller";
import { callerOf } from "../identity/caller.ts";
import type { Directory } from "../identity/directory.ts";
import type { Identity } from "../identity/identity.ts";
import { membershipOf } from "../identity/organization-membership.ts";
import type { PolicySource } from "../policies/policy-source.ts";
import type { ApiRequest } from "../request/api-request.ts";
import type { Authentication } from "./authenticate.ts";

/** The proven caller, or why there is none. */
export type Proof =
  | (Extract<Authentication, { ok: true }> & {
      readonly by: "signature" | "token";
      /** A condition key that the proof depends on and in which the next request may differ. */
      readonly requestKey?: string | undefined;
      /** Whether a header's value comes from the caller. */
      readonly isSigned: (lowerCaseHeader: string) => boolean;
    })
  | {
      readonly ok: false;
      readonly reason: string;
      readonly accessKeyId?: string;
      /** The token is valid, and the role does not trust it: a denial, not unknown credentials. */
      readonly refused?: { readonly caller: Caller; readonly message: string };
    };

export interface ProofInput {
  readonly request: ApiRequest;
  readonly directory: Directory;
  readonly policies: PolicySource;
  readonly now: Date;
  readonly allowUnsigned: boolean | undefined;
  readonly bearer: BearerOptions | undefined;
}

/** What the verification of tokens needs. */
export interface BearerOptions {
  /** The issuer of the installation's own tokens. */
  readonly issuer: string;
  /** Whether identity providers may have private addresses, for local use only. */
  readonly privateIdentityProviders?: boolean | undefined;
}

/**
 * The proof of a verified token. A token does not cover the body, and headers are its holder's own.
 */
export const tokenProof = (
  identity: Identity,
  policies: Parameters<typeof callerOf>[1],
): Extract<Proof, { ok: true }> => ({
  ok: true,
  by: "token",
  caller: callerOf(identity, policies),
  organization: membershipOf(identity.accountRecord.data),
  traces: identity.accountRecord.data.traces,
  payloadHash: "UNSIGNED-PAYLOAD",
  isSigned: () => true,
});
