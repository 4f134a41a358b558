import type { Caller } from "@portcullis/iam/caller";
import { callerOf } from "../identity/caller.ts";
import type { Directory } from "../identity/directory.ts";
import type { Identity } from "../identity/identity.ts";
import { membershipOf } from "../identity/organization-membership.ts";
import type { PolicySource } from "../policies/policy-source.ts";
import type { ApiRequest } from "../request/api-request.ts";
import type { Authentication } from "./authenticate.ts";

/** Who makes the request, or why nobody can tell. */
export type Proof =
  | (Extract<Authentication, { ok: true }> & {
      readonly by: "signature" | "token";
      /** A condition key that the proof rests on and that the caller's next request may have otherwise. */
      readonly requestKey?: string | undefined;
      /** Whether a header is the caller's own word. */
      readonly isSigned: (lowerCaseHeader: string) => boolean;
    })
  | {
      readonly ok: false;
      readonly reason: string;
      readonly accessKeyId?: string;
      /** It is known who asks, and not to be anybody here: a denial rather than unknown credentials. */
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

/** What there must be known for taking tokens. */
export interface BearerOptions {
  /** The issuer of the installation's own tokens. */
  readonly issuer: string;
  /** Identity providers may have private addresses: only on one's own machine. */
  readonly privateIdentityProviders?: boolean | undefined;
}

export type BearerProofInput = ProofInput & { readonly bearer: BearerOptions };

/** The proof of a verified token. A token does not cover the body, and headers are its holder's own. */
export const tokenProof = (
  identity: Identity,
  policies: Parameters<typeof callerOf>[1],
): Extract<Proof, { ok: true }> => ({
  ok: true,
  by: "token",
  caller: callerOf(identity, policies),
  organization: membershipOf(identity.accountRecord.data),
  payloadHash: "UNSIGNED-PAYLOAD",
  isSigned: () => true,
});
